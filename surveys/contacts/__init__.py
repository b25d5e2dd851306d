"""Contacts: looking them up, saving them, their traits and phone numbers."""

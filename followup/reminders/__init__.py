"""Reminders of what to raise at the next contact with a customer."""

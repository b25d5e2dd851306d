"""Tickets moved along their clocks."""

"""Asking by phone customers who were drawn for it."""

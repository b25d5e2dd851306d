"""Asking the customer again some days after their ticket was resolved, and what their second score does to it."""

"""Calls to customers who did not answer: whom a list drew, who calls them, and what they said."""

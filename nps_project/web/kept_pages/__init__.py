"""Customers' pages that the web server gives from memory, without Django."""

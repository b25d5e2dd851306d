"""Segments, which are saved filters of contacts: counts, changes, pages."""

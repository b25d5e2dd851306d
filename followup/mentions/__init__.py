"""Colleagues who are mentioned in notes."""

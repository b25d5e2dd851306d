"""Improvements."""

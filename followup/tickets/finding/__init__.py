"""Filters of tickets that ask the database before they choose their way."""

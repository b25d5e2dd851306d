"""Answers that come in at the same time."""

"""Chapters of the sample data that stand by themselves."""

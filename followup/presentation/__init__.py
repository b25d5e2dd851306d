"""Clocks, history, plays and scores in words for a reader."""

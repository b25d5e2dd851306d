"""Puts clocks, history, plays and scores into words for a reader."""

"""Improvements: what the company mends for good, whom it tells that it did, and what they answer afterwards."""

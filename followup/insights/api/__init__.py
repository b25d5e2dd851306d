"""API of the figures."""

"""Praise: it reaches the colleagues whom it names, and says what promoters love."""

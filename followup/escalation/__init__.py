"""Moves tickets along their clocks: warnings, escalations, ends of waiting."""

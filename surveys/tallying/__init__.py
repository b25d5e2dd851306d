"""Figures by a trait that an admin marked: its tallies, and how they are filled, kept and read."""

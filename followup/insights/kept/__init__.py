"""Figures that take long to count are kept for a day, and the next person who opens their page reads them at once."""

"""Figures that take long to count are kept for a day: whoever opens their page next reads them at once."""

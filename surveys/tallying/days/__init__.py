"""Answers divided by what no tally has, counted day by day in the background: kept exact, and read with today's."""

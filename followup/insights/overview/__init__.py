"""The first page of the figures: how we are, and whether it is better."""

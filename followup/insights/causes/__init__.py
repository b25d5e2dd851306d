"""Root causes of a period, ranked: how many named each, what that is worth, and whether it grows."""

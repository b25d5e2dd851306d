"""The figures: how we are, whether it is better, why, and what calling back is worth."""

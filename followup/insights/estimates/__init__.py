"""Statistics in plain Python, which know neither Django nor the clock: numbers in, numbers out."""

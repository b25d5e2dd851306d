"""By what tickets are found: their words and their tags."""

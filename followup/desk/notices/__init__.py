"""The bell of every page, and the page of a person's notices."""

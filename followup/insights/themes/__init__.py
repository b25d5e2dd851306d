"""Themes: the company's own root causes, as the words of comments suggest them."""

"""The pages about those who did not answer."""

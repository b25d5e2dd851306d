"""The pages of those who follow up."""

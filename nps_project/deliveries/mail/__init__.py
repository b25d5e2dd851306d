"""A mail as bytes."""

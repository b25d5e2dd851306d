"""REST API of surveys."""

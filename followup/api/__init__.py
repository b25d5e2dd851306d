"""REST API of follow-up."""

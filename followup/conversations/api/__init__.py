"""REST API of the conversation."""

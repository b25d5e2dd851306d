"""The chain of a ticket's history, and its verification."""

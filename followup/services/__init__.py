"""Changes of state in follow-up: one function, one transaction, one history entry each."""

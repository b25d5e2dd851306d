"""Changes of state in surveys: one function, one transaction each."""

"""What is kept of one customer: found, given out and erased. Apps register their tables in `ready()`."""

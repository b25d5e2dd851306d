"""The queue: found, ordered, worked in bulk, taken away as a table."""

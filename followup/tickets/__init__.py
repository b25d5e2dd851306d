"""A ticket from the answer that opens it to its outcome."""

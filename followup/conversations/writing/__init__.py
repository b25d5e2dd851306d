"""Writing a mail to the customer, sending it, and what became of it."""

"""The conversation with the customer of a ticket: mail out and in, and the customer's own page."""

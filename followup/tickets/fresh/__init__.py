"""Tickets of fresh answers: one as it is when it opens, and many that open together."""

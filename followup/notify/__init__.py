"""Mails to colleagues about tickets: recipients, stand-ins, rows, daily digests."""

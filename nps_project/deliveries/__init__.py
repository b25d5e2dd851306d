"""Outgoing mail and webhooks: rows first, and one place that sends them."""

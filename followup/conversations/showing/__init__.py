"""The conversation as a ticket's page shows it."""

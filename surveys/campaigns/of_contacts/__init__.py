"""What a contact's page shows of asking: decisions, what is planned, and an answer by phone."""

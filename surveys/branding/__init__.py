"""The company's own in front of customers: its logo, its colours, the name that its mails come from."""

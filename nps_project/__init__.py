"""Winback, the project: settings, servers, accounts and deliveries; neither surveys nor follow-up."""

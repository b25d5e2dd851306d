"""Asking customers by mail: who is asked and who is not, the mail, its outcome, and leaving."""

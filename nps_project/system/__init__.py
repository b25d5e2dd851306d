"""What an operator and an admin see of the installation: its state, its figures, rows put aside, the outbox."""

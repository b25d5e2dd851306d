"""Pages about the installation for operators and admins: its state, figures, rows put aside, the outbox."""

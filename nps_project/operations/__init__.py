"""What an operator does and reads: backups, logs, the secret key."""

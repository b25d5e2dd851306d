"""Operations: backups, logs, timeouts, the secret key."""

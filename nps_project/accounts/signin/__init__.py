"""Signing in and out: passwords, the second factor, sessions, resets."""

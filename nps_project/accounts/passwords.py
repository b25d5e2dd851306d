"""Passwords that the product makes up: to be shown once, read aloud and typed."""

import secrets

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike


def make_password() -> str:
    """Four groups of four characters: 79 random bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))

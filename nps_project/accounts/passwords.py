"""Giving a person another password: their own, or one that the product makes up, to be read aloud and typed."""

import secrets

from django.db import transaction

from nps_project.accounts import account_mails
from nps_project.accounts.models import Session, User

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike


def make_password() -> str:
    """Four groups of four characters: 79 random bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


@transaction.atomic
def set_password(user: User, password: str) -> User:
    """Another password; all sessions of the person end, and a mail tells of it."""
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    locked.set_password(password)
    locked.save(update_fields=["password"])
    Session.objects.filter(user=locked).delete()
    account_mails.queue_account_changed(locked, "password")
    return locked


def new_password(user: User) -> str:
    """A made-up password for whoever lost theirs; the old one and all sessions end. Returns: it, shown this once."""
    password = make_password()
    set_password(user, password)
    return password

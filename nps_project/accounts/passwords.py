"""Set a person's password: their own, or a generated one that can be read aloud and typed."""

import secrets

from django.db import transaction

from nps_project.accounts import account_mails
from nps_project.accounts.models import Session, User

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike


def make_password() -> str:
    """A generated password: four groups of four characters, 79 random bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


@transaction.atomic
def set_password(user: User, password: str) -> User:
    """Set another password, end all sessions of the person, and mail them about it."""
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    locked.set_password(password)
    locked.save(update_fields=["password"])
    Session.objects.filter(user=locked).delete()
    account_mails.queue_account_changed_mail(locked, "password")
    return locked


def new_password(user: User) -> str:
    """Set a generated password and end all sessions. Returns: the password, which is shown only this once."""
    password = make_password()
    set_password(user, password)
    return password

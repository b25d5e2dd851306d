"""Set a person's password: their own, or a generated one that can be read aloud and typed."""

import secrets

from django.db import transaction

from nps_project.accounts import account_mails
from nps_project.accounts.models import PasswordReset, Session, User

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike


def make_password() -> str:
    """A generated password: four groups of four characters, 79 random bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


@transaction.atomic
def set_password(user: User, password: str) -> User:
    """Set another password, end all sessions of the person and the links that reset a password, and mail them."""
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    locked.set_password(password)
    locked.save(update_fields=["password"])
    Session.objects.filter(user=locked).delete()
    end_reset_links(locked)
    account_mails.queue_account_changed_mail(locked, "password")
    return locked


def end_reset_links(user: User) -> None:
    """A link that was mailed before is good no more: whoever has it may not be the person any more. Lock them first."""
    PasswordReset.objects.filter(user=user).delete()


def new_password(user: User) -> str:
    """Set a generated password and end all sessions. Returns: the password, which is shown only this once."""
    password = make_password()
    set_password(user, password)
    return password

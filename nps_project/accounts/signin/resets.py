"""A forgotten password: a link by mail, good once and for an hour."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from nps_project.accounts import account_mails
from nps_project.accounts.models import PasswordReset, User
from nps_project.accounts.passwords import set_password

GOOD_FOR = timedelta(hours=1)


def _hash(token: str) -> str:
    # 256 random bits: one round of SHA-256 is as good as a slow hash.
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def ask(email: str) -> None:
    """Mail a link to the person with this address who may sign in. Nobody learns from it whether there is one."""
    user = User.objects.people().filter(email=email.strip().lower()).first()
    token = secrets.token_urlsafe(32)
    minutes = int(GOOD_FOR.total_seconds() // 60)
    if user is None:
        account_mails.write_to_nobody(token, minutes)
        return
    now = timezone.now()
    PasswordReset.objects.filter(user=user).delete()  # one link at a time: the last one
    PasswordReset.objects.create(user=user, hashed_token=_hash(token), expires_at=now + GOOD_FOR)
    account_mails.queue_password_reset(user, token, minutes)


def owner(token: str) -> User | None:
    """Whose link it is while it is good; None else. One query."""
    row = _good(token).select_related("user").first()
    return row.user if row else None


def _good(token: str) -> QuerySet[PasswordReset]:
    return PasswordReset.objects.filter(
        hashed_token=_hash(token), used_at=None, expires_at__gt=Now(), user__is_active=True, user__is_service=False
    )


@transaction.atomic
def use(token: str, password: str) -> User | None:
    """Set the new password, once; every session of the person ends. None when the link is good no more.

    Raises: ValidationError for a password that is too weak; the link stays good.
    """
    row = _good(token).select_for_update(of=("self",)).select_related("user").first()
    if row is None:
        return None
    validate_password(password, row.user)
    row.used_at = timezone.now()
    row.save(update_fields=["used_at"])
    return set_password(row.user, password)

"""Reset a forgotten password by a mailed link, which is good once and for an hour."""

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
from nps_project.accounts.passwords import end_reset_links, set_password

GOOD_FOR = timedelta(hours=1)


def _hash(token: str) -> str:
    # 256 random bits: one round of SHA-256 is as good as a slow hash.
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def ask(email: str) -> None:
    """Mail a link to the person with this address. The answer does not tell whether there is such a person."""
    user = User.objects.people().filter(email=email.strip().lower()).first()
    token = secrets.token_urlsafe(32)
    minutes = int(GOOD_FOR.total_seconds() // 60)
    if user is None:
        account_mails.render_reset_mail_for_nobody(token, minutes)
        return
    now = timezone.now()
    end_reset_links(user)  # one link at a time: the last one
    PasswordReset.objects.create(user=user, hashed_token=_hash(token), expires_at=now + GOOD_FOR)
    account_mails.queue_password_reset_mail(user, token, minutes)


def owner(token: str) -> User | None:
    """The person whose link this is; None when it is not good any more. One query."""
    row = _good(token).select_related("user").first()
    return row.user if row else None


def _good(token: str) -> QuerySet[PasswordReset]:
    return PasswordReset.objects.filter(
        hashed_token=_hash(token), used_at=None, expires_at__gt=Now(), user__is_active=True, user__is_service=False
    )


@transaction.atomic
def use(token: str, password: str) -> User | None:
    """Set the new password and end the person's sessions. Returns: the person; None when the link is not good any more.

    Raises: ValidationError for a password that is too weak; the link stays good.
    """
    user = owner(token)
    if user is None:
        return None
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # before the link, as whoever ends links does
    if not _good(token).exists():
        return None
    validate_password(password, user)
    return set_password(user, password)

"""Create, check and revoke API keys."""

import hashlib
import re
import secrets

from django.db import transaction
from django.utils import timezone

from nps_project.accounts.models import ApiKey, Role, User
from nps_project.accounts.models.key import Scope

ROLE_OF_SCOPE = {Scope.READ: Role.VIEWER, Scope.WRITE: Role.AGENT, Scope.ADMIN: Role.ADMIN}


def _hash(key: str) -> str:
    # A key has 256 random bits, so one round of SHA-256 is as good as a slow hash.
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def create_api_key(*, name: str, scope: str, survey_id: int | None = None) -> tuple[ApiKey, str]:
    """Create a key with its service account. Returns: the row, and the key's text, which is shown only this once."""
    key = "wb_" + secrets.token_urlsafe(32)
    label = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "key"
    user = User.objects.create_user(
        f"{label}.{secrets.token_hex(4)}@service.invalid", name=name, role=ROLE_OF_SCOPE[Scope(scope)], is_service=True
    )
    row = ApiKey.objects.create(name=name, user=user, scope=scope, survey_id=survey_id, hashed_key=_hash(key))
    return row, key


def user_of_key(key: str) -> User | None:
    """The active service account of a key that is not revoked, or None. One query, one more each minute."""
    row = (
        ApiKey.objects.select_related("user")
        .filter(hashed_key=_hash(key), revoked_at=None, user__is_active=True)
        .first()
    )
    if row is None:
        return None
    now = timezone.now()
    if row.last_used_at is None or (now - row.last_used_at).total_seconds() > 60:
        ApiKey.objects.filter(pk=row.pk).update(last_used_at=now)
    row.user.api_key = row
    return row.user


@transaction.atomic
def revoke_api_key(row: ApiKey) -> None:
    """Revoke a key; its service account stays for history, and can do nothing."""
    ApiKey.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=timezone.now())
    User.objects.filter(pk=row.user_id).update(is_active=False)

"""Tokens in customers' links: an HMAC over a random row id, under a key kept in the database.

A token is base64url(16 bytes of row id + the first 16 bytes of HMAC-SHA256(key, purpose + row id)):
43 characters, 128 bits that nobody can guess, showable again, revoked with its row.
"""

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache
from uuid import UUID

from nps_project.accounts.models import LinkKey

_TAG_BYTES = 16


@lru_cache(maxsize=1)
def link_key() -> bytes:
    """The key of all tokens, made when there is none; read once by each process."""
    LinkKey.objects.bulk_create([LinkKey(secret=secrets.token_bytes(32))], ignore_conflicts=True)
    return bytes(LinkKey.objects.get().secret)


def _tag(purpose: str, row_id: UUID) -> bytes:
    return hmac.digest(link_key(), purpose.encode() + b"\0" + row_id.bytes, hashlib.sha256)[:_TAG_BYTES]


def make_token(purpose: str, row_id: UUID) -> str:
    """The token of one row for one purpose ("r", "t", "case", "unsubscribe", "submission")."""
    return _printed(row_id.bytes + _tag(purpose, row_id))


def _printed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


_ADDRESS_TAG_BYTES = 10
ADDRESS_TOKEN_LENGTH = 42  # 26 bytes in base32


def make_address_token(purpose: str, row_id: UUID) -> str:
    """A token for the local part of a mail address, where upper and lower case are alike: base32, 80 bits of tag."""
    return base64.b32encode(row_id.bytes + _tag(purpose, row_id)[:_ADDRESS_TAG_BYTES]).decode().rstrip("=").lower()


def read_address_token(purpose: str, token: str) -> UUID | None:
    """The row id of a genuine token from a mail address, in whatever case; else None."""
    if len(token) != ADDRESS_TOKEN_LENGTH:
        return None
    try:
        raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except ValueError:
        return None
    row_id = UUID(bytes=raw[:16])
    return row_id if hmac.compare_digest(raw[16:], _tag(purpose, row_id)[:_ADDRESS_TAG_BYTES]) else None


def read_token(purpose: str, token: str) -> UUID | None:
    """The row id of a genuine token, else None; takes the same time for every wrong tag."""
    if len(token) != 43:
        return None
    try:
        raw = base64.b64decode(token + "=", altchars=b"-_", validate=True)
    except ValueError:
        return None
    if len(raw) != 16 + _TAG_BYTES:
        return None
    row_id = UUID(bytes=raw[:16])
    # Looked at in its printed form too: base64 has spare bits, and one row has one address.
    if not hmac.compare_digest(raw[16:], _tag(purpose, row_id)) or _printed(raw) != token:
        return None
    return row_id

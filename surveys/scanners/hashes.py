"""Keyed hashes of what would tell who somebody is: signed numbers of 64 bits, of this installation alone."""

import hashlib
from functools import lru_cache

from django.conf import settings

from surveys.services.sources import source_of

_BYTES = 8


@lru_cache(maxsize=1)
def _key() -> bytes:
    return hashlib.sha256(b"winback.openings:" + settings.SECRET_KEY.encode()).digest()


def _hashed(text: str) -> int:
    digest = hashlib.blake2b(text.encode(errors="surrogateescape"), key=_key(), digest_size=_BYTES).digest()
    return int.from_bytes(digest, signed=True)


def place_of(address: str) -> int | None:
    """Of a client's address, the same as of an answer's source; None without an address."""
    return source_of(address)


def agent_of(name: str) -> int:
    """Of the name of a client's program."""
    return _hashed(f"agent {name}")


def recipient_of(address: str) -> int:
    """Of a mail address, which is read without case."""
    return _hashed(f"recipient {address.strip().lower()}")

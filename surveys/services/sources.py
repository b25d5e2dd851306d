"""The source of an answer: a keyed hash of the client's address, kept for DAYS, to find answers from one place."""

import hashlib
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings

from nps_project.common.dates import company_day
from nps_project.web.proxies import whose
from surveys.models import AnswerSource

DAYS = 14
_BITS = 64


@lru_cache(maxsize=1)
def _key() -> bytes:
    return hashlib.sha256(b"winback.answer.source:" + settings.SECRET_KEY.encode()).digest()


def source_of(address: str) -> int | None:
    """The hash of a client's address as it is stored, a signed number of 64 bits; None without an address."""
    if not address:
        return None
    digest = hashlib.blake2b(whose(address).encode(), key=_key(), digest_size=_BITS // 8).digest()
    return int.from_bytes(digest, signed=True)


def forget(at: datetime) -> int:
    """Delete the sources of answers older than DAYS. Returns: how many."""
    forgotten, _by_model = AnswerSource.objects.filter(day__lt=company_day(at - timedelta(days=DAYS))).delete()
    return forgotten

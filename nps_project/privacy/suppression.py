"""Addresses that are never asked again. Only a hash of each is kept, under a key that is made from the secret key."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db.models import CharField, Exists, Func, OuterRef, Value
from django.db.models.functions import Concat, Lower

from nps_project.privacy.models import NeverAsked


@lru_cache(maxsize=1)
def key() -> str:
    """What is hashed before an address."""
    return hashlib.sha256(b"winback.never.asked:" + settings.SECRET_KEY.encode()).hexdigest()


def digest_of(address: str) -> str:
    """What is kept of an address."""
    return hashlib.sha256((key() + address.strip().lower()).encode()).hexdigest()


def add(addresses: Iterable[str], at: datetime) -> None:
    """Never ask these again; one statement."""
    rows = [NeverAsked(digest=digest_of(one), at=at) for one in addresses]
    NeverAsked.objects.bulk_create(rows, ignore_conflicts=True)


def remove(address: str) -> bool:
    """Let an address be asked again; False when it could be."""
    return bool(NeverAsked.objects.filter(digest=digest_of(address)).delete()[0])


def sql_of(column: str) -> str:
    """As is_never_asked, for SQL whose parameters name `never_asked_key`: key(). Without any such address
    nothing is hashed."""
    digest = f"encode(sha256(convert_to(%(never_asked_key)s || lower({column}), 'UTF8')), 'hex')"
    is_one = f"EXISTS (SELECT FROM privacy_neverasked WHERE digest = {digest})"  # noqa: S608  (the caller's column)
    return f"((SELECT EXISTS (SELECT FROM privacy_neverasked)) AND {is_one})"  # noqa: S608


def is_never_asked(column: str) -> Exists:
    """Whether the address in a column is one of them, as a part of another query."""
    plain = Concat(Value(key()), Lower(OuterRef(column)), output_field=CharField())
    hashed = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    digest = Func(plain, template=hashed, output_field=CharField())
    return Exists(NeverAsked.objects.filter(digest=digest))

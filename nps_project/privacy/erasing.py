"""Erase what is kept of a customer, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from nps_project.accounts.models import User
from nps_project.errors import DomainError
from nps_project.privacy import registry, suppression
from nps_project.privacy.models import Erasure, Kind, Why
from nps_project.privacy.registry import Erasing, Part, Subject

TRIES = 5
_DEADLOCK = "40P01"


class NotKnown(DomainError):
    """There is no such customer or answer."""

    status = 404
    code = "not_known"


@dataclass(frozen=True, slots=True)
class Held:
    """How many rows of a part are theirs."""

    part: Part
    count: int


def held(subject: Subject) -> Sequence[Held]:
    """What is kept, by part, without the parts that have nothing; one query for each table."""
    found = [Held(part, sum(table.count(subject) for table in part.tables)) for part in registry.PARTS]
    return [one for one in found if one.count]


def erase(kind: str, row_id: int, *, by: User | None = None, why: str = Why.ASKED) -> Erasure:
    """Erase one customer or one answer; all of it or, when killed on the way, nothing.

    A second time it does what is left, and where nothing is left returns what there was. Whoever is locked at the same
    time in another order waits for this, or this is done again. Raises: NotKnown.
    """
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                return _erase(kind, row_id, by=by, why=why)
        except OperationalError as error:
            if left == 0 or connection.in_atomic_block or getattr(error.__cause__, "pgcode", None) != _DEADLOCK:
                raise
    raise AssertionError("unreachable")


def _erase(kind: str, row_id: int, *, by: User | None, why: str) -> Erasure:
    subject = registry.find(kind, row_id, is_locked=True)
    if subject is None:
        raise NotKnown(kind, row_id, "a customer or an answer that is here")
    erasing = Erasing(timezone.now(), by)
    counts: dict[str, int] = {}
    tables = registry.tables()
    for table in tables:
        if not table.is_last and (number := table.erase(subject, erasing)):
            counts[table.key] = number
    for act in registry.ACTS:
        act(subject, erasing)
    suppression.add(subject.addresses, erasing.at)
    for table in tables:
        if table.is_last and (number := table.erase(subject, erasing)):
            counts[table.key] = number
    last = of_row(kind, row_id).first()
    if not counts and last is not None:
        return last
    return Erasure.objects.create(
        kind=Kind(kind), row_id=row_id, born_at=subject.born_at, at=erasing.at, by=by, why=Why(why), counts=counts
    )


def of_row(kind: str, row_id: int) -> QuerySet[Erasure]:
    """The erasures of one customer or answer, the newest first."""
    return Erasure.objects.filter(kind=kind, row_id=row_id).order_by("-pk")

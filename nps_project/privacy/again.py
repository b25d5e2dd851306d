"""Erase again what a restored backup brought back: a list of erasures, one in a line, without any personal data."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from nps_project.privacy import erasing, registry
from nps_project.privacy.models import Erasure, Kind, Why


class BadList(ValueError):
    """A line is none of a list of erasures."""


@dataclass(frozen=True, slots=True)
class Line:
    """One erasure of the list."""

    kind: str
    row_id: int
    born_at: datetime
    why: str


def lines() -> Iterator[str]:
    """The list of all erasures, the oldest first."""
    for one in Erasure.objects.order_by("pk").iterator(chunk_size=500):
        row = {"kind": one.kind, "id": one.row_id, "born_at": one.born_at.isoformat(), "why": one.why}
        yield json.dumps(row) + "\n"


def read(text: Iterable[str]) -> list[Line]:
    """Raises: BadList, naming the line."""
    found = []
    for number, line in enumerate(text, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            born_at = datetime.fromisoformat(row["born_at"])
            one = Line(Kind(row["kind"]).value, int(row["id"]), born_at, Why(row["why"]).value)
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise BadList(f"line {number}: {line.strip()[:80]}") from error
        found.append(one)
    return found


def repeat(listed: Iterable[str]) -> int:
    """Erase once more what a list names, as far as it is here. Returns: how many. Raises: BadList."""
    return sum(erase_again(one) for one in read(listed))


def erase_again(one: Line) -> bool:
    """Erase once more; False when the row is not here, or was made at another time and so is somebody else's."""
    subject = registry.find(one.kind, one.row_id)
    if subject is None or subject.born_at != one.born_at:
        return False
    erasing.erase(one.kind, one.row_id, why=one.why)
    return True

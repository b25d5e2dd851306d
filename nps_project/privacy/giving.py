"""Give out everything that is kept of one customer, as one file of JSON that is written while it is read."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from django.utils import translation

from nps_project.privacy import registry
from nps_project.privacy.registry import Subject

FORMAT = 1


def _plain(value: Any) -> Any:
    """What JSON has no word for: times with their offset, files as base64, the rest as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return str(value)


def _text(value: Any) -> str:
    """As JSON without a character by which HTML begins: a browser that takes the file for a page finds none in it."""
    return json.dumps(value, ensure_ascii=False, default=_plain).replace("<", "\\u003c")


def as_json(subject: Subject, *, at: datetime, language: str) -> Iterator[str]:
    """The file in pieces: a name for each part in the reader's language, then its tables with their rows.

    Few rows are in memory at a time.
    """
    head = {"format": FORMAT, "made_at": at, "of": subject.kind, "id": subject.row_id}
    yield _text(head)[:-1] + ', "parts": ['
    for place, part in enumerate(registry.PARTS):
        with translation.override(language):
            yield ("," if place else "") + "\n" + _text({"name": str(part.name)})[:-1] + ', "tables": {'
        for number, table in enumerate(part.tables):
            yield ("," if number else "") + "\n  " + _text(table.key) + ": ["
            for line, row in enumerate(table.given(subject)):
                yield ("," if line else "") + "\n    " + _text(row)
            yield "]"
        yield "}}"
    yield "]}\n"

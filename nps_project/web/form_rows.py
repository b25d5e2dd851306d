"""Rows of a form that are added, taken out and put in another order by buttons, which work without a script.

Such a button is named BUTTON and its value says what it does, such as `steps.up.2`. Its page comes again with the rows
changed: nothing is stored, nothing typed is lost. static/js/rows.js does the same without leaving the page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django import forms
from django.http import QueryDict

BUTTON = "change"
_BUTTON = re.compile(r"([a-z]+)\.(add|up|down|remove|draw)(?:\.([0-9]{1,4}))?", re.ASCII)
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class RowChange:
    """What a button does to the rows that are called `rows`; `number` counts from 0."""

    rows: str
    action: str
    number: int = 0


def asked(data: QueryDict) -> RowChange | None:
    """The button that sent a form; None when it was none of these."""
    found = _BUTTON.fullmatch(data.get(BUTTON, ""))
    return RowChange(found[1], found[2], int(found[3] or 0)) if found else None


def typed(form: forms.BaseForm) -> dict[str, Any]:
    """What stands in the fields of a form that was sent, as it was typed: the initial values of the form to draw."""
    return {name: form[name].data for name in form.fields}


def changed(rows: Sequence[Row], change: RowChange, *, new: Row) -> tuple[list[Row], int]:
    """The rows after a change, and the number of the row to go on with: the new or the moved one, or the next."""
    found, at = list(rows), change.number
    if change.action == "add":
        found.append(new)
        return found, len(found) - 1
    if at >= len(found) or change.action == "draw":
        return found, -1
    if change.action == "remove":
        del found[at]
        return found, min(at, len(found) - 1)
    to = at - 1 if change.action == "up" else at + 1
    if 0 <= to < len(found):
        found[at], found[to] = found[to], found[at]
        return found, to
    return found, at

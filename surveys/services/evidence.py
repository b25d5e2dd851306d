"""What is kept with an answer of which nobody knows whether a person gave it: why, and what it was before.

It is JSON on the answer's row: `why` (EvidenceWhy), `signs` of a program and `links` opened beside it, as
surveys/scanners/rules.py names them; `replaced`, what stood there before a person pressed Send; `set_aside`, changes of
an answer that counts which came beside a program, and were not taken over.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from surveys.models import EvidenceWhy, Response

MOST_KEPT = 20  # the newest


def _said(score: int, comment: str, at: datetime) -> dict[str, Any]:
    return {"score": score, "comment": comment, "at": at.isoformat()}


def replace(response: Response, doubt: Mapping[str, Any] | None, *, is_kept: bool) -> None:
    """Before a Send takes the place of what may be a program's: set why it waits, and keep what stands there if asked.

    Without `doubt` what was known stays. The caller saves the row.
    """
    before = list((response.evidence or {}).get("replaced", ()))
    if is_kept:
        before.append(_said(response.score, response.comment, response.changed_at or response.answered_at))
    if doubt is not None:
        response.evidence = dict(doubt)
    elif response.evidence is None and before:
        response.evidence = {"why": EvidenceWhy.TAP.value, "signs": []}
    if before:
        response.evidence = {**(response.evidence or {}), "replaced": before[-MOST_KEPT:]}


def set_aside(response: Response, doubt: Mapping[str, Any], *, score: int, comment: str, at: datetime) -> None:
    """Keep a change that is not taken over. The caller saves the row."""
    known = response.evidence or {name: doubt[name] for name in ("why", "signs", "links") if name in doubt}
    kept = [*known.get("set_aside", ()), _said(score, comment, at)]
    response.evidence = {**known, "set_aside": kept[-MOST_KEPT:]}

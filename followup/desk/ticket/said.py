"""What the customer said, now and before they changed their answer, as the pages of ticket and answer set it."""

from datetime import datetime
from typing import Any

from followup.presentation.wording import when
from surveys.models import Response

SHORT_WORDS, LONG_WORDS, LONG_LINES = 280, 900, 12
MOST_BEFORE = 5


def said(comment: str) -> dict[str, Any]:
    """The comment and how to set it: short ones large, long ones folded."""
    is_long = len(comment) > LONG_WORDS or comment.count("\n") >= LONG_LINES
    return {"words": comment, "is_short": len(comment) <= SHORT_WORDS and not is_long, "is_long": is_long}


def said_before(response: Response, at: datetime) -> list[dict[str, Any]]:
    """What stood in the answer before each change, newest first: score, words, and until when; at most MOST_BEFORE.

    Left out is a change of other details alone, such as a phone number. One query for an answer that was changed, else
    none.
    """
    if response.changed_at is None:
        return []
    found, now = [], (response.score, response.comment)
    for row in response.changes.order_by("-id")[: 2 * MOST_BEFORE]:
        before = (row.old_score, row.old_comment)
        if before != now:
            words = said(row.old_comment) | {"is_short": False}  # what holds now is the largest
            found.append({"score": row.old_score, "said": words, "until": when(row.at, at, is_inside=True)})
        now = before
    return found[:MOST_BEFORE]

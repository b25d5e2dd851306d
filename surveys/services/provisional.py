"""Scores that were tapped in a mail: no figure and no ticket sees them until Send, a quiet time or a person decides.

Each function is a part of its caller's transaction.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from surveys.models import Response, ResponseState, Survey
from surveys.services import announcements, insert, tallies
from surveys.services.responses import NewAnswer, Origin, row_of


def _locked(**which: Any) -> Response:
    return Response.objects.select_for_update(of=("self",), no_key=True).select_related("survey").get(**which)


def note_score(*, survey: Survey, score: int, origin: Origin, at: datetime) -> int | None:
    """Store a tapped score of a personal link, in place of one tapped before. Returns: the answer's id; None, with
    nothing changed, when somebody pressed Send or a person decided."""
    answer = NewAnswer(score)
    answer.check()
    row = row_of(survey, answer, origin, at, state=ResponseState.PROVISIONAL)
    if (response_id := insert.insert_response(row)) is not None:
        return response_id
    response = _locked(invitation=origin.invitation_id)
    if not response.is_tapped:
        return None
    if response.evidence is not None:  # the one before may have been a program's: the clock counts from this one
        response.confirmed_at = at
    response.score, response.evidence = score, None
    response.save(update_fields=["score", "evidence", "confirmed_at"])
    return response.pk


def lock_fresh(response_id: int) -> Response | None:
    """A tapped score about which nothing is decided, locked; else None."""
    response = _locked(pk=response_id)
    return response if response.is_tapped and response.evidence is None else None


def confirm(response: Response, evidence: Mapping[str, Any]) -> None:
    """Let a locked tapped score count, from the tap on."""
    before = (response.score, response.state)
    response.state, response.evidence = ResponseState.CONFIRMED, dict(evidence)
    response.save(update_fields=["state", "evidence"])
    tallies.move(response, before)
    announcements.announce(response)


def put_aside(response: Response, evidence: Mapping[str, Any]) -> None:
    """Let a locked answer wait for a person's decision; one that counted does no longer."""
    before = (response.score, response.state)
    response.state, response.evidence = ResponseState.PROVISIONAL, dict(evidence)
    response.save(update_fields=["state", "evidence"])
    tallies.move(response, before)
    if before[1] != ResponseState.PROVISIONAL:
        announcements.announce(response)

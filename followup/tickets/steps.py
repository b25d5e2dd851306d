"""Copies the steps of a play to a ticket, with the play's current text."""

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection

from followup.models import Play, StepKind, Ticket
from nps_project.common.statements import Part

_ADD = """
INSERT INTO followup_step (ticket_id, play_score, position, kind, texts, is_required, currency)
SELECT given.ticket, given.score,
    given.after + row_number() OVER (PARTITION BY given.ticket ORDER BY step.position, step.id),
    step.kind, step.texts, step.is_required, ''
FROM jsonb_to_recordset(%s) AS given (ticket bigint, play bigint, score smallint, after smallint, without jsonb)
JOIN followup_playstep step ON step.play_id = given.play AND NOT jsonb_exists(given.without, step.kind)
"""
_ADDED = Part("steps", f"steps AS ({_ADD})", ["jsonb"])


def add_steps(
    ticket: Ticket, play: Play, *, has_manager: bool, after: int = 0, without: frozenset[str] = frozenset()
) -> None:
    """Add the play's steps behind position `after`, except the kinds in `without`.

    `has_manager`: whether the customer has an account manager; else the step that mails them is left out.
    """
    left_out = [*without, *([] if has_manager else [StepKind.ACCOUNT_MANAGER.value])]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [json.dumps([_given(ticket, play.pk, play.score, after, left_out)])])


def of_new(tickets: Iterable[Ticket]) -> tuple[Part, list[Any]]:
    """The same for many new tickets, whose customers have no account manager, as a part of a statement."""
    without = [StepKind.ACCOUNT_MANAGER.value]
    return _ADDED, [json.dumps([_given(ticket, ticket.play_id, ticket.score, 0, without) for ticket in tickets])]


def _given(ticket: Ticket, play_id: int, score: int, after: int, without: list[str]) -> dict[str, Any]:
    return {"ticket": ticket.pk, "play": play_id, "score": score, "after": after, "without": without}


def has_account_manager(play: Play) -> bool:
    """Whether the play has a step that mails the account manager."""
    return any(step.kind == StepKind.ACCOUNT_MANAGER for step in play.steps.all())

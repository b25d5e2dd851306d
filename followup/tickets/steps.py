"""Copies the steps of a play to a ticket, with the play's current text."""

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection

from followup.models import Play, StepKind, Ticket
from nps_project.common.statements import Part

_COPY = """
INSERT INTO followup_step (ticket_id, play_score, position, kind, texts, is_required, currency)
SELECT %s, %s, %s + row_number() OVER (ORDER BY position, id), kind, texts, is_required, ''
FROM followup_playstep WHERE play_id = %s AND kind <> ALL (%s)
"""


def add_steps(
    ticket: Ticket, play: Play, *, has_manager: bool, after: int = 0, without: frozenset[str] = frozenset()
) -> None:
    """Add the play's steps behind position `after`, except the kinds in `without`.

    `has_manager`: whether the customer has an account manager; else the step that mails them is left out.
    """
    left_out = [*without, *([] if has_manager else [StepKind.ACCOUNT_MANAGER.value])]
    with connection.cursor() as cursor:
        cursor.execute(_COPY, [ticket.pk, play.score, after, play.pk, left_out])


_OF_NEW = Part(
    "steps",
    """steps AS (
        INSERT INTO followup_step (ticket_id, play_score, position, kind, texts, is_required, currency)
        SELECT new.ticket, new.score, row_number() OVER (PARTITION BY new.ticket ORDER BY step.position, step.id),
            step.kind, step.texts, step.is_required, ''
        FROM jsonb_to_recordset(%s) AS new (ticket bigint, play bigint, score smallint)
        JOIN followup_playstep step ON step.play_id = new.play AND step.kind <> %s
    )""",
    ["jsonb", "text"],
)


def of_new(tickets: Iterable[Ticket]) -> tuple[Part, list[Any]]:
    """The same for many new tickets, whose customers have no account manager, as a part of a statement."""
    new = [{"ticket": ticket.pk, "play": ticket.play_id, "score": ticket.score} for ticket in tickets]
    return _OF_NEW, [json.dumps(new), StepKind.ACCOUNT_MANAGER.value]


def has_account_manager(play: Play) -> bool:
    """Whether the play has a step that mails the account manager."""
    return any(step.kind == StepKind.ACCOUNT_MANAGER for step in play.steps.all())

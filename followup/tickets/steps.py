"""The steps of a play, copied to a ticket in the play's words of now."""

from django.db import connection

from followup.models import Play, StepKind, Ticket

_COPY = """
INSERT INTO followup_step (ticket_id, play_score, position, kind, texts, is_required, currency)
SELECT %s, %s, %s + row_number() OVER (ORDER BY position, id), kind, texts, is_required, ''
FROM followup_playstep WHERE play_id = %s AND kind <> ALL (%s)
"""


def add_steps(
    ticket: Ticket, play: Play, *, has_manager: bool, after: int = 0, without: frozenset[str] = frozenset()
) -> None:
    """Add them behind position `after`, but for the kinds in `without`; without a manager nobody is to be told."""
    left_out = [*without, *([] if has_manager else [StepKind.ACCOUNT_MANAGER.value])]
    with connection.cursor() as cursor:
        cursor.execute(_COPY, [ticket.pk, play.score, after, play.pk, left_out])


def has_account_manager(play: Play) -> bool:
    """Whether this play has the account manager told."""
    return any(step.kind == StepKind.ACCOUNT_MANAGER for step in play.steps.all())

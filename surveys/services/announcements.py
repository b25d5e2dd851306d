"""Announce answers, whose follow-up is then to be decided, and take the announcements of those that are decided.

Whoever changes an answer, or decides about one, holds the lock of its row meanwhile: a change announces it again after
the decision before, and none is lost.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.db import connection, transaction

from nps_project.common.statements import Part
from surveys.models import Response
from surveys.signals import response_recorded

_STORE = "INSERT INTO surveys_announcement (response_id) SELECT unnest(%s::bigint[]) ON CONFLICT DO NOTHING"
_TAKE = "DELETE FROM surveys_announcement WHERE response_id = ANY (%s)"
_TAKEN = Part("taken", f"taken AS ({_TAKE})", ["bigint[]"])
# Its condition is that of an index which has none but such rows.
_ADOPT = """
WITH old AS (
    UPDATE surveys_response SET processed_at = now() WHERE id IN (
        SELECT id FROM surveys_response WHERE processed_at IS NULL ORDER BY id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
    ) RETURNING id
)
INSERT INTO surveys_announcement (response_id) SELECT id FROM old ON CONFLICT DO NOTHING
"""
MOST_ADOPTED = 1_000  # at once


def announce(response: Response) -> None:
    """Announce a locked answer that changed, but no imported one, which nobody follows up."""
    if not response.is_imported:
        store([response.pk])
        tell(response.pk)


def store(response_ids: Iterable[int]) -> None:
    """Announce these answers to the sweep alone. For a transaction that has their locks."""
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [list(response_ids)])


def tell(response_id: int) -> None:
    """Send response_recorded of an announced answer after commit; the sweep finds one whose signal is lost."""
    transaction.on_commit(partial(response_recorded.send_robust, Response, response_id=response_id))


def take(response_ids: Sequence[int]) -> int:
    """Take the announcements of answers whose follow-up this transaction decides. Returns: how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [list(response_ids)])
        return int(cursor.rowcount)


def taken(response_ids: Sequence[int]) -> tuple[Part, list[Any]]:
    """The same as a part of a statement, without the number."""
    return _TAKEN, [list(response_ids)]


def adopt() -> None:
    """Announce what the release before this one, which marked it in the answer's row, left undecided; one statement.

    It may run beside this one during an upgrade. The next release drops that column, and this function with it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ADOPT, [MOST_ADOPTED])

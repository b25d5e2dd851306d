"""Keep the tallies of promises equal to a recount of the tickets.

A trigger (migration 0039) writes what each change of a ticket means for them, in the same transaction and without a
wait; here the changes are added to the tallies of their days. Figures read both in one statement, so they tell of each
change at once, and the same before and after it was moved.
"""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from followup.models import PromiseTally, Ticket
from followup.statistics import KEPT, NOT_KEPT, RUNNING

AT_ONCE = 10_000  # changes
STATES = {"met": KEPT, "missed": NOT_KEPT, "running": RUNNING}

_MOVE = """
WITH moved AS (
    DELETE FROM followup_promisechange WHERE id IN (
        SELECT id FROM followup_promisechange ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
    ) RETURNING (clock_from AT TIME ZONE %s)::date AS day, survey_id, team_id, met, missed, running
), added AS (
    INSERT INTO followup_promisetally AS tally (day, survey_id, team_id, met, missed, running)
    SELECT day, survey_id, team_id, sum(met), sum(missed), sum(running) FROM moved
    GROUP BY 1, 2, 3 HAVING (sum(met), sum(missed), sum(running)) <> (0, 0, 0) ORDER BY 1, 2, 3
    ON CONFLICT (day, survey_id, team_id) DO UPDATE SET met = tally.met + excluded.met,
        missed = tally.missed + excluded.missed, running = tally.running + excluded.running
)
SELECT count(*) FROM moved
"""


def move_changes() -> int:
    """The sweep: add what changed to the tallies, and delete tallies of nothing. Returns: how many changes."""
    number = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_MOVE, [AT_ONCE, settings.TIME_ZONE])
            moved: int = cursor.fetchone()[0]
            number += moved
            if moved < AT_ONCE:
                break
    if number:
        PromiseTally.objects.filter(met=0, missed=0, running=0).delete()
    return number


def _recount() -> tuple[str, tuple[Any, ...]]:
    """The statement that counts the promises of all tickets by day, survey and team, and its parameters."""
    rows = (
        Ticket.objects.of_detractors()
        .of_real_answers()
        .order_by()
        .values("survey_id", "team_id", day=TruncDate("clock_from", tzinfo=ZoneInfo(settings.TIME_ZONE)))
        .annotate(**{name: Count("pk", filter=condition) for name, condition in STATES.items()})
        .filter(Q(met__gt=0) | Q(missed__gt=0) | Q(running__gt=0))
    )
    statement, given = rows.query.sql_with_params()
    return f"SELECT {_COLUMNS} FROM ({statement}) AS found", given  # noqa: S608


_COLUMNS = "day, survey_id, team_id, met, missed, running"
_DIFFERING = f"""
WITH changed AS (
    SELECT {_COLUMNS} FROM followup_promisetally
    UNION ALL
    SELECT (clock_from AT TIME ZONE %s)::date, survey_id, team_id, met, missed, running FROM followup_promisechange
), known AS (
    SELECT day, survey_id, team_id, sum(met) AS met, sum(missed) AS missed, sum(running) AS running FROM changed
    GROUP BY 1, 2, 3 HAVING (sum(met), sum(missed), sum(running)) <> (0, 0, 0)
), recount AS ({{recount}})
SELECT DISTINCT day FROM (
    (TABLE known EXCEPT TABLE recount) UNION ALL (TABLE recount EXCEPT TABLE known)
) AS differing ORDER BY 1
"""  # noqa: S608  (constants of this module)


def differing_days() -> list[date]:
    """The days whose tallies, with the changes since, are not what the tickets say: none, or a fault. One statement."""
    recount, given = _recount()
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING.format(recount=recount), [settings.TIME_ZONE, *given])
        return [day for (day,) in cursor.fetchall()]


@transaction.atomic
def recount_all() -> int:
    """Count everything anew in the company's zone; whoever changes a ticket waits. Returns: the number of tallies."""
    recount, given = _recount()
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE followup_ticket IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM followup_promisechange")
        cursor.execute("DELETE FROM followup_promisetally")
        cursor.execute(f"INSERT INTO followup_promisetally ({_COLUMNS}) {recount}", given)  # noqa: S608
        number: int = cursor.rowcount
    return number

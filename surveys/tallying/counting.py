"""Count answers by the marked traits, in the transaction of what changes them.

Which answers a trait's tallies have is decided by one rule: those above `until`, and those up to `filled_to`. The
statement that stores an answer calls `tallying_count` (services/insert.py), a function that reads the marks while the
answer's tally is locked, and sees what was committed meanwhile; `filling.begin` waits for that lock. Every other change
takes its tallies first, then the marks in share mode, which filling takes alone: so each of them knows of the other.
Marks are taken in the order of their ids.
Tallies by trait are taken last and in key order.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import connection

KEY = "trait_id, survey_id, day, value, score"
COUNTED_BY = "(mark.state = 'filling' OR mark.state = 'ready')"
COUNTS = "(answer.id > mark.until OR answer.id <= mark.filled_to)"

# The marks are locked before it is looked how far they are: filling may be about to move that.
_VALUES = f"""
WITH mark AS MATERIALIZED (
    SELECT id, name, until, filled_to FROM tallying_markedtrait mark WHERE {COUNTED_BY} ORDER BY id FOR SHARE
)
SELECT mark.id, answer.id, tallying_value(answer.traits, mark.name)
FROM mark JOIN surveys_response answer ON {COUNTS} WHERE answer.id = ANY(%s)
"""  # noqa: S608  (constants of this module)
_ADD = f"""
INSERT INTO tallying_traittally AS tally ({KEY}, count)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::date[], %s::text[], %s::smallint[], %s::integer[])
ON CONFLICT ({KEY}) DO UPDATE SET count = tally.count + excluded.count
"""  # noqa: S608
_TAKE = f"UPDATE tallying_traittally SET count = count - %s WHERE ({KEY}) = (%s, %s, %s, %s, %s)"  # noqa: S608

Key = tuple[int, int, date, str, int]  # of a tally by trait


@dataclass(frozen=True, slots=True)
class Step:
    """What an answer adds to the tally of this survey, day and score: 1 or -1."""

    response_id: int
    survey_id: int
    day: date
    score: int
    count: int


def count(steps: Iterable[Step]) -> None:
    """Count these steps by each marked trait. Their tallies are moved already: see above. Without marks one query."""
    by_answer: dict[int, list[Step]] = defaultdict(list)
    for step in steps:
        by_answer[step.response_id].append(step)
    if not by_answer:
        return
    with connection.cursor() as cursor:
        cursor.execute(_VALUES, [list(by_answer)])
        moved: Counter[Key] = Counter()
        for trait_id, response_id, value in cursor.fetchall():
            for step in by_answer[response_id]:
                moved[trait_id, step.survey_id, step.day, value, step.score] += step.count
        for rows in _in_turns(moved):
            if rows[0][1] > 0:
                cursor.execute(_ADD, [list(column) for column in zip(*((*key, n) for key, n in rows), strict=True)])
            else:
                [(key, n)] = rows
                cursor.execute(_TAKE, [-n, *key])


_LOCK = f"""
SELECT FROM tallying_traittally AS tally
JOIN unnest(%s::bigint[], %s::bigint[], %s::date[], %s::text[], %s::smallint[]) AS key ({KEY}) USING ({KEY})
ORDER BY {KEY} FOR NO KEY UPDATE OF tally
"""  # noqa: S608
_TAKE_MANY = f"""
UPDATE tallying_traittally AS tally SET count = tally.count - key.count
FROM unnest(%s::bigint[], %s::bigint[], %s::date[], %s::text[], %s::smallint[], %s::integer[]) AS key ({KEY}, count)
WHERE (tally.trait_id, tally.survey_id, tally.day, tally.value, tally.score)
    = (key.trait_id, key.survey_id, key.day, key.value, key.score)
"""  # noqa: S608
_DROP = f"""
DELETE FROM tallying_traittally AS tally
USING unnest(%s::bigint[], %s::bigint[], %s::date[], %s::text[], %s::smallint[]) AS key ({KEY})
WHERE (tally.trait_id, tally.survey_id, tally.day, tally.value, tally.score)
    = (key.trait_id, key.survey_id, key.day, key.value, key.score) AND tally.count = 0
"""  # noqa: S608


@contextmanager
def traits_changing(steps: Sequence[Step]) -> Iterator[None]:
    """Around a change of the traits of locked answers that count; `steps`: what each adds to its tally.

    Their tallies without traits stay. A value that no answer has any more leaves no row. A fixed number of statements.
    """
    if not steps:
        yield
        return
    by_answer = {step.response_id: step for step in steps}
    moved: Counter[Key] = Counter()
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE surveys_tally IN ROW EXCLUSIVE MODE")  # as who moves a tally: see above
        for sign in (-1, 1):
            cursor.execute(_VALUES, [list(by_answer)])
            for trait_id, response_id, value in cursor.fetchall():
                step = by_answer[response_id]
                moved[trait_id, step.survey_id, step.day, value, step.score] += sign * step.count
            if sign < 0:
                yield
        keys = sorted(key for key, number in moved.items() if number)
        if not keys:
            return
        cursor.execute(_LOCK, _columns(keys))
        taken = [(*key, -moved[key]) for key in keys if moved[key] < 0]
        added = [(*key, moved[key]) for key in keys if moved[key] > 0]
        if taken:
            cursor.execute(_TAKE_MANY, _columns(taken))
            cursor.execute(_DROP, _columns(taken)[:5])
        if added:
            cursor.execute(_ADD, _columns(added))


def _columns(rows: Iterable[Sequence[object]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _in_turns(moved: Counter[Key]) -> list[list[tuple[Key, int]]]:
    """What changes, in key order: what is added one after the other together, what is taken alone."""
    turns: list[list[tuple[Key, int]]] = []
    for key, n in sorted(moved.items()):
        if n > 0 and turns and turns[-1][0][1] > 0:
            turns[-1].append((key, n))
        elif n:
            turns.append([(key, n)])
    return turns


RECOUNT = f"""
SELECT mark.id AS trait_id, answer.survey_id, (answer.answered_at AT TIME ZONE %s)::date AS day,
    tallying_value(answer.traits, mark.name) AS value, answer.score, count(*)::int AS count
FROM tallying_markedtrait mark JOIN surveys_response answer ON answer.state = 'confirmed' AND {{which}}
WHERE {COUNTED_BY} GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608
_DIFFERENCES = f"""
WITH recount AS ({RECOUNT.format(which=COUNTS)}), tally AS (
    SELECT tally.* FROM tallying_traittally tally JOIN tallying_markedtrait mark ON mark.id = trait_id
    WHERE {COUNTED_BY}
)
SELECT name, survey_id, day, value, score, coalesce(tally.count, 0), coalesce(recount.count, 0)
FROM tally FULL JOIN recount USING ({KEY}) JOIN tallying_markedtrait mark ON mark.id = trait_id
WHERE coalesce(tally.count, 0) <> coalesce(recount.count, 0) ORDER BY 1, 2, 3, 4, 5
"""  # noqa: S608


def differences() -> Sequence[tuple[str, int, date, str, int, int, int]]:
    """Each tally by trait that differs from a recount of the answers that it should have, by one statement.

    Returns: name of the trait, survey, day, value as JSON text, score, the tally, the recount.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES, [settings.TIME_ZONE])
        found: Sequence[tuple[str, int, date, str, int, int, int]] = cursor.fetchall()
    return found


def recount_all() -> int:
    """Count everything anew, in the caller's transaction, in which nobody stores answers. Returns: how many tallies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM tallying_markedtrait ORDER BY id FOR NO KEY UPDATE")
        cursor.execute("DELETE FROM tallying_traittally")
        cursor.execute(
            f"INSERT INTO tallying_traittally ({KEY}, count) {RECOUNT.format(which='true')} ORDER BY 1, 3, 2, 4, 5",  # noqa: S608
            [settings.TIME_ZONE],
        )
        number: int = cursor.rowcount
        cursor.execute(
            f"""
            UPDATE tallying_markedtrait AS mark
            SET state = 'ready', until = last.id, filled_to = last.id, looked_at = NULL
            FROM (SELECT coalesce(max(id), 0) AS id FROM surveys_response) AS last WHERE {COUNTED_BY}
            """  # noqa: S608
        )
    return number

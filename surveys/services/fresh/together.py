"""Store many first answers by one SQL statement with one commit: what insert.py stores for one, for each of them.

Rows are taken in the order of their submissions, tallies and tallies by trait in key order, so that two of these
statements never wait for each other. The values travel as one JSON text, so that any number is one statement.
For one answer it takes PostgreSQL as long as the statement of insert.py.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from nps_project.common.dates import company_day
from nps_project.common.statements import Part, prepared
from surveys.models import ResponseState, Survey
from surveys.services.insert import Row
from surveys.services.responses import NewAnswer, Origin, Recorded, row_of

_GIVEN = {
    "public_id": "uuid", "submission": "uuid", "survey_id": "bigint", "texts_id": "bigint", "score": "smallint",
    "comment": "text", "language": "text", "channel": "text", "state": "text", "traits": "jsonb",
    "contact_name": "text", "contact_email": "text", "contact_phone": "text", "evidence": "jsonb",
}  # fmt: skip
_BESIDE = {"source": "bigint", "revision": "integer"}
# For a row that another transaction keeps: then none is stored, and Django takes each alone, so that only those wait
# that have to. PostgreSQL looks for a deadlock after a second: this statement gives way before.
PATIENCE_MS = 300
_COLUMNS = ", ".join("words_id" if name == "texts_id" else name for name in _GIVEN)
_STORE = Part(
    "store_answers",
    f"""
WITH given AS MATERIALIZED (
    SELECT given.*, %s AS at, %s AS day
    FROM set_config('lock_timeout', '{PATIENCE_MS}ms', true),
        json_to_recordset(%s) AS given ({", ".join(f"{name} {kind}" for name, kind in (_GIVEN | _BESIDE).items())})
), stored AS (
    INSERT INTO surveys_response ({_COLUMNS}, answered_at, recorded_at, is_imported)
    SELECT {", ".join(f"given.{name}" for name in _GIVEN)}, at, at, false
    FROM given JOIN surveys_survey survey ON survey.id = survey_id AND survey.revision = given.revision
        AND status = 'live' AND (closes_at IS NULL OR closes_at > at)
    ORDER BY submission
    ON CONFLICT DO NOTHING RETURNING id, public_id, survey_id, score, state, traits
), announced AS (
    INSERT INTO surveys_announcement (response_id) SELECT id FROM stored WHERE state <> 'provisional'
), sourced AS (
    INSERT INTO surveys_answersource (response_id, source, day)
    SELECT id, source, day FROM stored JOIN given USING (public_id) WHERE source IS NOT NULL
), counted AS (
    INSERT INTO surveys_tally (survey_id, day, score, count)
    SELECT survey_id, %s, score, count(*) FROM stored WHERE state = 'confirmed' GROUP BY survey_id, score
    ORDER BY survey_id, score
    ON CONFLICT (survey_id, day, score) DO UPDATE SET count = surveys_tally.count + excluded.count
    RETURNING survey_id, day, score
), counted_by_traits AS (
    SELECT tallying_count_many(array_agg(survey_id), array_agg(day), array_agg(score), array_agg(traits))
    FROM stored JOIN counted USING (survey_id, score) WHERE state = 'confirmed'
)
SELECT public_id, id FROM stored, counted_by_traits
""",  # noqa: S608  (column names)
    ["timestamptz", "date", "json", "date"],
)


@dataclass(frozen=True, slots=True)
class First:
    """An answer to a survey as it was seen a moment ago: stored if it is the first of its submission, and the survey
    still has the revision of its origin and takes answers."""

    survey: Survey
    answer: NewAnswer
    origin: Origin
    state: str = ResponseState.CONFIRMED
    evidence: dict[str, Any] | None = field(default=None)


def store_together(firsts: Sequence[First], at: datetime) -> list[Recorded | None]:
    """Store first answers without extra questions, which all came in at `at`; who calls it tells of them after commit.

    Returns: for each what became of it; None, with nothing changed, where it is to be decided anew. Raises:
    InvalidAnswer; OperationalError, with nothing stored, where a row stays locked.
    """
    rows = []
    for first in firsts:
        first.answer.check()
        rows.append(row_of(first.survey, first.answer, first.origin, at, state=first.state, evidence=first.evidence))
    given = [_as_json(row, first.origin) for row, first in zip(rows, firsts, strict=True)]
    day = company_day(at)
    with connection.cursor() as cursor:
        prepared(_STORE).execute(cursor, [at, day, json.dumps(given), day])
        stored = dict(cursor.fetchall())
    return [
        Recorded(stored[row.public_id], row.public_id, is_new=True) if row.public_id in stored else None for row in rows
    ]


def _as_json(row: Row, origin: Origin) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _GIVEN} | {name: getattr(origin, name) for name in _BESIDE}
    return values | {"public_id": str(row.public_id), "submission": str(row.submission)}

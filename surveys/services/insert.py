"""Store an answer with one SQL statement: the row with its announcement and tally, the marks of its invitation and
contact, or nothing.

Written in SQL because the customer waits for it: one round trip, one commit. Measured by `make bench`.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection

from nps_project.common.dates import company_day
from nps_project.common.statements import Part, prepared
from surveys.models import InvitationStatus, ResponseState
from surveys.tallying import counting
from surveys.tallying.counting import Step


@dataclass(frozen=True, slots=True)
class Row:
    """The values of a new response, in the order of the statement's columns."""

    public_id: UUID
    submission: UUID | None
    survey_id: int
    texts_id: int | None
    invitation_id: int | None
    contact_id: int | None
    follows_id: int | None
    score: int
    comment: str
    language: str
    channel: str
    state: str
    traits: dict[str, Any]
    contact_name: str
    contact_email: str
    contact_phone: str
    answered_at: datetime
    recorded_at: datetime
    is_imported: bool
    evidence: dict[str, Any] | None = None

    @property
    def is_announced(self) -> bool:
        """Whether follow-up has something to decide about it (services/announcements.py)."""
        return self.state != ResponseState.PROVISIONAL and not self.is_imported


_FIELDS = [field.name for field in fields(Row)]
_COLUMNS = ["words_id" if name == "texts_id" else name for name in _FIELDS]  # the column has its first name
_TYPES = [
    "uuid", "uuid", "bigint", "bigint", "bigint", "bigint", "bigint", "smallint", "text", "text", "text", "text",
    "jsonb", "text", "text", "text", "timestamptz", "timestamptz", "boolean", "jsonb",
]  # fmt: skip
_values = attrgetter(*_FIELDS)
_ONE = ", ".join(["%s"] * len(_COLUMNS))
_INSERT = Part(
    "store_answer", f"WITH stored AS (INSERT INTO surveys_response ({', '.join(_COLUMNS)}) SELECT {_ONE}", _TYPES
)
_OPEN = Part(
    "if_open",
    """ WHERE EXISTS (
        SELECT FROM surveys_survey
        WHERE id = %s AND revision = %s AND status = 'live' AND (closes_at IS NULL OR closes_at > %s)
    )""",
    ["bigint", "integer", "timestamptz"],
)
_ONCE = Part("once", " ON CONFLICT DO NOTHING RETURNING id, traits)")
_ANNOUNCE = Part("announce", ", announced AS (INSERT INTO surveys_announcement (response_id) SELECT id FROM stored)")
_SOURCE = Part(
    "source",
    """, sourced AS (
        INSERT INTO surveys_answersource (response_id, source, day) SELECT id, %s, %s FROM stored
    )""",
    ["bigint", "date"],
)
_MARK = Part(
    "mark",
    """, marked AS (
        UPDATE surveys_invitation SET status = %s, answered_at = %s, remind_at = NULL
        WHERE id = %s AND EXISTS (SELECT FROM stored)
    )""",
    ["text", "timestamptz", "bigint"],
)
_CONTACT = Part(
    "contact",
    """, answered AS (
        UPDATE surveys_contact SET last_answered_at = greatest(last_answered_at, %s),
            last_asked_at = greatest(last_asked_at, %s)
        WHERE id = %s AND EXISTS (SELECT FROM stored)
    )""",
    ["timestamptz", "timestamptz", "bigint"],
)  # who answered was asked: it counts for the quarantine
_COUNT = Part(
    "count",
    """, counted AS (
        INSERT INTO surveys_tally (survey_id, day, score, count) SELECT %s, %s, %s, 1 FROM stored
        ON CONFLICT (survey_id, day, score) DO UPDATE SET count = surveys_tally.count + 1
        RETURNING survey_id, day, score
    )""",
    ["bigint", "date", "smallint"],
)
_END = Part("end", " SELECT id FROM stored")
# Last, and by the trait after the tally is taken: surveys/tallying/counting.py.
_COUNT_BY_TRAITS = Part(
    "end_by_traits",
    " SELECT id, tallying_count(counted.survey_id, counted.day, counted.score, stored.traits) FROM stored, counted",
)


def _parameters(row: Row) -> list[Any]:
    values: list[Any] = []
    for value in _values(row):
        if isinstance(value, UUID):
            value = str(value)
        elif isinstance(value, dict):
            value = json.dumps(value)
        values.append(value)
    return values


def insert_response(row: Row, source: int | None = None, *, revision: int | None = None) -> int | None:
    """Store the answer. Returns: its id; None, with nothing changed, when its submission or invitation has one.

    `source`: from where it came, as services/sources.py hashes it. `revision`: store it only while the survey has this
    one and takes answers; else also None.
    """
    parts: list[tuple[Part, list[Any]]] = [(_INSERT, _parameters(row))]
    if revision is not None:
        parts.append((_OPEN, [row.survey_id, revision, row.recorded_at]))
    parts.append((_ONCE, []))
    if row.is_announced:
        parts.append((_ANNOUNCE, []))
    if source is not None:
        parts.append((_SOURCE, [source, company_day(row.recorded_at)]))
    if row.invitation_id is not None:
        parts.append((_MARK, [InvitationStatus.ANSWERED.value, row.answered_at, row.invitation_id]))
    if row.contact_id is not None:
        parts.append((_CONTACT, [row.answered_at, row.answered_at, row.contact_id]))
    if row.state == ResponseState.CONFIRMED:
        parts.append((_COUNT, [row.survey_id, company_day(row.answered_at), row.score]))
    parts.append((_COUNT_BY_TRAITS if row.state == ResponseState.CONFIRMED else _END, []))
    statement = prepared(*[part for part, _values in parts])
    with connection.cursor() as cursor:
        statement.execute(cursor, [value for _part, values in parts for value in values])
        found = cursor.fetchone()
    return found[0] if found else None


_COUNT_MANY = """
INSERT INTO surveys_tally AS tally (survey_id, day, score, count) VALUES {rows}
ON CONFLICT (survey_id, day, score) DO UPDATE SET count = tally.count + excluded.count
"""


def insert_many(rows: Sequence[Row]) -> list[int]:
    """Store answers of the past with their tallies, in a few statements; their invitations and contacts are marked, and
    what has a follow-up is announced, by whoever made them. For a transaction of the caller. Returns: their ids, in
    order.

    Raises: IntegrityError when a submission or an invitation has an answer.
    """
    if not rows:
        return []
    values = ", ".join([f"({_ONE})"] * len(rows))
    counts = Counter(
        (row.survey_id, company_day(row.answered_at), row.score) for row in rows if row.state == ResponseState.CONFIRMED
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO surveys_response ({', '.join(_COLUMNS)}) VALUES {values} RETURNING public_id, id",  # noqa: S608
            [value for row in rows for value in _parameters(row)],
        )
        ids = {str(public_id): response_id for public_id, response_id in cursor.fetchall()}
        if counts:
            cursor.execute(
                _COUNT_MANY.format(rows=", ".join(["(%s, %s, %s, %s)"] * len(counts))),
                [value for key, count in sorted(counts.items()) for value in (*key, count)],
            )
    counting.count(
        Step(ids[str(row.public_id)], row.survey_id, company_day(row.answered_at), row.score, 1)
        for row in rows
        if row.state == ResponseState.CONFIRMED
    )
    return [ids[str(row.public_id)] for row in rows]

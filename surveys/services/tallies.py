"""Keep the tallies equal to a recount of the answers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import connection, transaction

from nps_project.common.dates import company_day
from surveys.models import Response, ResponseState, TallyZone
from surveys.tallying import counting
from surveys.tallying.counting import Step
from surveys.tallying.days import counting as days

_ADD = """
INSERT INTO surveys_tally AS tally (survey_id, day, score, count) VALUES (%s, %s, %s, %s)
ON CONFLICT (survey_id, day, score) DO UPDATE SET count = tally.count + excluded.count
"""
_TAKE = "UPDATE surveys_tally SET count = count - %s WHERE survey_id = %s AND day = %s AND score = %s"

_RECOUNT = """
SELECT survey_id, (answered_at AT TIME ZONE %s)::date AS day, score, count(*)::int AS count
FROM surveys_response WHERE state = 'confirmed' GROUP BY 1, 2, 3
"""


Before = tuple[int, str]  # score and state of a response before it was changed


def move(response: Response, before: Before) -> None:
    """Move the count of a locked response that had (score, state) `before` to the tally of its new values."""
    move_many([(response, before)])


def move_many(changes: Iterable[tuple[Response, Before]]) -> None:
    """After changes of locked responses: a statement for each tally that differs, in key order; then those by trait."""
    steps: Counter[tuple[int, date, int]] = Counter()
    of_answers: list[Step] = []
    for response, (score, state) in changes:
        if (score, state) == (response.score, response.state):
            continue
        day = company_day(response.answered_at)
        if state == ResponseState.CONFIRMED:
            steps[response.survey_id, day, score] -= 1
            of_answers.append(Step(response.pk, response.survey_id, day, score, -1))
        if response.state == ResponseState.CONFIRMED:
            steps[response.survey_id, day, response.score] += 1
            of_answers.append(Step(response.pk, response.survey_id, day, response.score, 1))
    with connection.cursor() as cursor:
        for key, count in sorted(steps.items()):
            if count > 0:
                cursor.execute(_ADD, [*key, count])
            elif count < 0:
                cursor.execute(_TAKE, [-count, *key])
    counting.count(of_answers)


@dataclass(frozen=True, slots=True)
class Difference:
    """A tally that is not what a recount says; of a `trait` one with this `value`, as JSON text."""

    survey_id: int
    day: date
    score: int
    tally: int
    recount: int
    trait: str = ""
    value: str = ""


def differences() -> list[Difference]:
    """Every tally that differs from a recount: all without a trait by one statement and so of one moment, then all by
    trait by another."""
    sql = f"""
        WITH recount AS ({_RECOUNT})
        SELECT survey_id, day, score, coalesce(t.count, 0), coalesce(r.count, 0)
        FROM surveys_tally t FULL JOIN recount r USING (survey_id, day, score)
        WHERE coalesce(t.count, 0) <> coalesce(r.count, 0) ORDER BY 1, 2, 3
    """  # noqa: S608  (a constant of this module)
    with connection.cursor() as cursor:
        cursor.execute(sql, [settings.TIME_ZONE])
        found = [Difference(*row) for row in cursor.fetchall()]
    for trait, survey_id, day, value, score, tally, recount in counting.differences():
        found.append(Difference(survey_id, day, score, tally, recount, trait, value))
    return found


@transaction.atomic
def rebuild() -> int:
    """Count everything anew in the company's zone; answers wait meanwhile. Returns: the number of tallies."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE surveys_response IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM surveys_tally")
        cursor.execute(
            # Those of a month lie side by side on the disk, as they do where they came one by one.
            f"INSERT INTO surveys_tally (survey_id, day, score, count) {_RECOUNT} ORDER BY 2, 1, 3",  # noqa: S608
            [settings.TIME_ZONE],
        )
        number: int = cursor.rowcount
    number += counting.recount_all()
    days.forget_all()
    TallyZone.objects.update_or_create(id=1, defaults={"name": settings.TIME_ZONE})
    return number


def stored_zone() -> str:
    """The zone of the tallies; an installation without one takes the company's now."""
    zone, _is_new = TallyZone.objects.get_or_create(id=1, defaults={"name": settings.TIME_ZONE})
    return zone.name


def zone_fault() -> str | None:
    """One line when the tallies count the days of another zone than TIME_ZONE; None when all is well."""
    zone = stored_zone()
    if zone == settings.TIME_ZONE:
        return None
    return (
        f"winback: TIME_ZONE is {settings.TIME_ZONE!r}; allowed: {zone!r}, whose days the figures count. To change it, "
        "stop everything and run: manage.py rebuild_tallies"
    )

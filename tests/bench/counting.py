"""`python -m tests.bench.counting 1000000`: so many answers in the database of DATABASE_URL, then figures over them.

Prints one line of JSON: the milliseconds of each figure, each call of its own. Two years of answers to four surveys.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import django

CALLS = 25


def fill(answers: int) -> None:
    """Answers spread evenly over two years and four surveys, and their tallies."""
    from django.db import connection

    from surveys.models import Response, Survey
    from surveys.services import announcements, tallies
    from tests.bench.filling import copy
    from tests.factories import make_answer, make_survey

    ids = [make_survey(f"numbers{number}").pk for number in range(4)]
    first = make_answer(Survey.objects.get(pk=ids[0]), 9, "", traits={"country": "DK"})
    announcements.take([first.pk])
    at = f"s.answered_at - g * (interval '730 days' / {answers})"
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    copy(Response, first.pk, answers - 1, public_id="gen_random_uuid()", submission="NULL", invitation_id="NULL",
         survey_id=f"(ARRAY{ids})[1 + g % 4]", words_id="NULL", score="(g * 7 + g / 11) % 11", answered_at=at,
         recorded_at=at, traits="jsonb_build_object('country', (ARRAY['DK', 'NL'])[1 + g / 4 % 2])")  # fmt: skip
    tallies.rebuild()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def measure() -> dict[str, float]:
    """Milliseconds of each figure, the median."""
    from django.utils import timezone

    from surveys.models import Survey
    from surveys.statistics import nps_figures

    today, every = timezone.now().date(), Survey.objects.all()
    one = every.filter(slug="numbers1")
    month, year = today - timedelta(days=30), today - timedelta(days=365)
    looks: dict[str, Callable[[], object]] = {
        "NPS of 30 days": lambda: nps_figures(every, first_day=month, last_day=today),
        "NPS of a year": lambda: nps_figures(every, first_day=year, last_day=today),
        "NPS of all time": lambda: nps_figures(every),
        "NPS of one survey": lambda: nps_figures(one, first_day=year),
        "NPS of a trait, 30 days": lambda: nps_figures(every, first_day=month, traits={"country": "NL"}),
    }
    times: dict[str, list[float]] = {name: [] for name in looks}
    for number in range(CALLS + 3):
        for name, look in looks.items():
            began = time.perf_counter()
            look()
            if number >= 3:
                times[name].append(1000 * (time.perf_counter() - began))
    return {name: statistics.median(all_of_them) for name, all_of_them in times.items()}


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "nps_project.settings"
    django.setup()
    fill(int(sys.argv[1]))
    print(json.dumps(measure()))


if __name__ == "__main__":
    main()

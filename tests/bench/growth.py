"""`make bench ARGS=--growth`: how each page, an answer, a ticket and each sweep grow with what is stored; no budget.

With `--answers 10000000` also how each page of figures grows from a million answers in three years to so many.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

import django

from tests.bench.desk import REQUESTS, WARM, Side, make_side, take
from tests.bench.stage import Stage

SIZES = (10_000, 100_000, 1_000_000)
FIGURES_AT = 1_000_000
ANSWERS, TIMES = 200, 5

Taken = dict[str, float]  # what, in ms


def show(stage: Stage, largest: int | None = None, answers: int | None = None) -> str:
    """A table: a line for each thing, a column of milliseconds for each size, the last as a multiple of the first.

    With `answers` another one, of the pages of figures.
    """
    sizes = [*SIZES, *([largest] if largest else [])]
    table = _table("ms at open tickets", sizes, [_of(stage, size) for size in sizes])
    if answers is None:
        return table
    sizes = [FIGURES_AT, answers]
    return f"{table}\n\n{_table('ms at answers', sizes, [_of_figures(stage, size) for size in sizes])}"


def _table(what: str, sizes: Sequence[int], told: Sequence[Taken]) -> str:
    head = f"{what:<34}" + "".join(f"{size:>12,}" for size in sizes) + f"{'last/first':>12}"
    lines = [
        f"{name:<34}" + "".join(f"{taken[name]:>12.1f}" for taken in told) + f"{told[-1][name] / first:>12.1f}"
        for name, first in told[0].items()
    ]
    return "\n".join([head, *lines])


def _of_figures(stage: Stage, size: int) -> Taken:
    database = f"figures{size}"
    told = json.loads(stage.fill(database, "tests.bench.three_years", size))
    stage.query(f"DROP DATABASE {database} WITH (FORCE)")
    found = {name: took for name, (took, _statements, _slowest, _first) in told.items()}
    return found | {f"{name}, the first look": first for name, (_took, _statements, _slowest, first) in told.items()}


def _of(stage: Stage, size: int) -> Taken:
    side = make_side(stage, size)
    pages = {name: _page(side, name) for name in side.pages}
    side.web.stop()
    inside = subprocess.run(
        [sys.executable, "-m", "tests.bench.growth"], stdout=subprocess.PIPE, text=True, check=True,
        env=os.environ | {"DATABASE_URL": stage.database_url(f"desk{size}")},
    )  # fmt: skip
    stage.query(f"DROP DATABASE desk{size} WITH (FORCE)")
    taken: Taken = json.loads(inside.stdout.splitlines()[-1])
    return pages | taken


def _page(side: Side, name: str) -> float:
    times = [take(side, name) for _number in range(WARM + REQUESTS)]
    return 1000 * statistics.median(times[WARM:])


def _timed(work: Any, among: int = 1) -> float:
    """In ms, of one."""
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began) / among


def _due(sweep: Any) -> list[Any]:
    from django.utils import timezone

    return list(sweep.due(timezone.now())[:100])


def _inside() -> Taken:
    """In the database of DATABASE_URL: an answer, a ticket, and what each sweep takes to find what is due."""
    from followup.tickets import opening
    from nps_project.background.sweep import SWEEPS
    from nps_project.celery import app
    from surveys.models import Survey
    from surveys.services.responses import NewAnswer, Origin, Recorded, record_response

    app.loader.import_default_modules()
    survey = Survey.objects.get(slug="desk")

    def answer(_number: int) -> Recorded:
        given = NewAnswer(3, "No call came.", contact_email="a@example.com")
        return record_response(survey=survey, answer=given, origin=Origin(channel="link", language="en"))

    recorded: list[Recorded] = []
    taken = {"an answer, stored": _timed(lambda: recorded.extend(map(answer, range(ANSWERS))), ANSWERS)}
    ids = [one.response_id for one in recorded]
    taken["its ticket, alone"] = _timed(lambda: [opening.open_for_responses([pk]) for pk in ids[:50]], 50)
    taken["its ticket, of a hundred together"] = _timed(lambda: opening.open_for_responses(ids[50:150]), 100)
    for name, sweep in sorted(SWEEPS.items()):
        taken[f"due: {name}"] = statistics.median(_timed(partial(_due, sweep)) for _number in range(TIMES))
    return taken


def main() -> None:
    """Print what is measured inside, as JSON."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "nps_project.settings"
    django.setup()
    print(json.dumps(_inside()))


if __name__ == "__main__":
    main()

"""What an answer costs with no trait marked, with one, and with five: the sides take turns on one web server.

The budget is on processor time, of the web server and the database together: a few hundredths are less than what
answers a second differ by from one turn to the next.
"""

from contextlib import suppress
from statistics import median

import psutil  # type: ignore[import-untyped]  # it ships no types

from tests.bench.answering import SLUG, Counted, counted_product, make_survey
from tests.bench.figures import Figure
from tests.bench.load import Job
from tests.bench.stage import CLIENTS, Stage

TRAITS = ("plan", "region", "shop", "clerk", "weather")
# Many short turns: what is compared are a few hundredths, and with nine rounds it differed by five from run to run.
ROUNDS, TURN_S = 16, 2.0
_MARKS = (0, 1, 5)


def measure(stage: Stage) -> list[Figure]:
    """Every answer brings five traits of ten values each by its link."""
    from django.db import connections
    from django.utils import timezone

    from nps_project.background import sweep
    from surveys.models import Survey
    from surveys.services import tallies
    from surveys.services.surveys import update_survey
    from surveys.tallying import filling
    from surveys.tallying.marking import mark_these

    make_survey()
    update_survey(Survey.objects.get(slug=SLUG), {"allowed_traits": list(TRAITS)})
    web = stage.web("web", "/healthz")
    path = f"/s/{SLUG}/?" + "&".join(f"{name}=value+of+{name}" for name in TRAITS)
    sides: dict[int, Counted] = {number: counted_product(stage) for number in _MARKS}
    servers = [psutil.Process(web.process.pid), database_process(stage)]
    faster: dict[int, list[float]] = {1: [], 5: []}
    dearer: dict[int, list[float]] = {1: [], 5: []}
    for number in range(ROUNDS + 1):  # the first one warms up
        rate, cost = dict[int, float](), dict[int, float]()
        for marks in _MARKS if number % 2 else reversed(_MARKS):
            mark_these(TRAITS[:marks])
            sweep.run(filling.FILL, timezone.now())
            filling.delete_unmarked()
            connections.close_all()
            job = Job(web.port, path, "submission", TURN_S, CLIENTS, tuple(range(11)))
            before = sum(map(processor_s, servers))
            done = sides[marks].load(job, counts=bool(number))
            cost[marks] = (sum(map(processor_s, servers)) - before) / done.answers
            rate[marks] = done.per_second
            if differing := tallies.differences():
                raise RuntimeError(f"with {marks} marked traits {len(differing)} tallies differ from a recount")
            connections.close_all()
        if number:
            for marks in faster:
                faster[marks].append(rate[marks] / rate[0])
                dearer[marks].append(cost[marks] / cost[0])
            told = ", ".join(f"{rate[marks]:.0f} answers/s of {1e6 * cost[marks]:.0f} us" for marks in _MARKS)
            print(f"  round {number} of {ROUNDS}, with 0, 1, 5 marked: {told}", flush=True)
    web.stop()
    mark_these([])
    connections.close_all()
    return [
        *(Figure(f"processor time of an answer, {_named(marks)}", median(dearer[marks]),
                 at_most=1.05 if marks == 1 else None, detail=f"median of {ROUNDS} rounds; web server and database")
          for marks in dearer),
        *(Figure(f"answers a second, {_named(marks)}", median(faster[marks]),
                 detail=f"{sides[marks].per_second:.0f} / {sides[0].per_second:.0f} a second")
          for marks in faster),
    ]  # fmt: skip


def database_process(stage: Stage) -> psutil.Process:
    """The database server."""
    assert stage.postgres.process is not None
    return psutil.Process(stage.postgres.process.pid)


def _named(marks: int) -> str:
    return f"{marks} marked trait{'s' if marks > 1 else ''} / none"


def processor_s(process: psutil.Process) -> float:
    """Of a process and all that it started, also of those that have ended."""
    used = process.cpu_times()
    seconds = used.user + used.system + used.children_user + used.children_system
    for child in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            seconds += sum(child.cpu_times()[:2])
    return float(seconds)

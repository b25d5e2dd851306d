"""Answers a second with no trait marked, with one, and with five: the sides take turns on one web server."""

from statistics import fmean

from tests.bench.answering import LOAD_S, ROUNDS, SLUG, WARM_S, Counted, counted_product, make_survey
from tests.bench.figures import Figure
from tests.bench.load import Job
from tests.bench.stage import CLIENTS, Stage

TRAITS = ("plan", "region", "shop", "clerk", "weather")
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
    ratios: dict[int, list[float]] = {1: [], 5: []}
    for number in range(ROUNDS + 1):  # the first one warms up
        took: dict[int, float] = {}
        for marks in _MARKS if number % 2 else reversed(_MARKS):
            mark_these(TRAITS[:marks])
            sweep.run(filling.FILL, timezone.now())
            filling.delete_unmarked()
            connections.close_all()
            job = Job(web.port, path, "submission", LOAD_S if number else WARM_S, CLIENTS, tuple(range(11)))
            took[marks] = sides[marks].load(job, counts=bool(number)).per_second
            if differing := tallies.differences():
                raise RuntimeError(f"with {marks} marked traits {len(differing)} tallies differ from a recount")
            connections.close_all()
        if number:
            for marks in ratios:
                ratios[marks].append(took[marks] / took[0])
            print(f"  round {number} of {ROUNDS}: " + ", ".join(
                f"{took[marks]:.0f} answers/s with {marks} marked" for marks in _MARKS), flush=True)  # fmt: skip
    web.stop()
    mark_these([])
    connections.close_all()
    return [
        Figure(
            f"answers with {marks} marked trait{'s' if marks > 1 else ''} / with none", fmean(ratios[marks]),
            at_least=0.95 if marks == 1 else None,
            detail=f"{sides[marks].per_second:.0f} / {sides[0].per_second:.0f} a second, mean of {ROUNDS} rounds",
        )
        for marks in ratios
    ]  # fmt: skip

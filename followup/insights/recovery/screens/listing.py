"""The tickets behind a number of the page: each figure as a filter, newest first."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from followup.insights.recovery import facts
from followup.insights.recovery.query import Selection
from followup.insights.recovery.screens.texts import KEPT_NAMES
from followup.models import Outcome
from followup.statistics import KEPT, ended_promises
from nps_project.accounts.models import User
from surveys.scoring import HIGHEST_DETRACTOR, HIGHEST_PASSIVE

# Second scores may be of surveys that the reader does not see: their tickets are listed for who sees all teams.
OF_SECOND_SCORES = ("second", "recovered", "passives", "promoters")
_HAS_SECOND = Q(second__isnull=False)


def names() -> list[str]:
    """Every figure that has a list."""
    speeds = [f"speed-{place}" for place in facts.SPEEDS]
    promises = [f"promise-{place}" for place in KEPT_NAMES]
    return [*_FILTERS, *OF_SECOND_SCORES, *speeds, *promises, *(f"outcome-{one}" for one in Outcome.values)]


def is_listed(figure: str, user: User) -> bool:
    """Whether this person may see the tickets of a figure."""
    is_second = figure in OF_SECOND_SCORES or figure.startswith(("speed-", "promise-"))
    return figure in names() and (user.sees_all_teams or not is_second)


def tickets(chosen: Selection, figure: str) -> QuerySet[Any, Any]:
    """The tickets of one of `names`, newest first. Raises: KeyError."""
    rows = facts.with_facts(chosen.detractors(), chosen.seen).order_by("-pk")
    if figure.startswith("speed-"):
        return rows.filter(_HAS_SECOND, speed=int(figure.removeprefix("speed-")))
    if figure.startswith("promise-"):
        return rows.filter(_HAS_SECOND, kept=int(figure.removeprefix("promise-")))
    if figure.startswith("outcome-"):
        return rows.filter(outcome=figure.removeprefix("outcome-"))
    if figure in OF_SECOND_SCORES:
        return rows.filter(_SECOND[figure])
    return rows.filter(_FILTERS[figure](chosen))


_SECOND: dict[str, Q] = {
    "second": _HAS_SECOND,
    "recovered": Q(second__gt=HIGHEST_DETRACTOR),
    "passives": Q(second__gt=HIGHEST_DETRACTOR, second__lte=HIGHEST_PASSIVE),
    "promoters": Q(second__gt=HIGHEST_PASSIVE),
}
_FILTERS: dict[str, Callable[[Selection], Q]] = {
    "all": lambda _chosen: Q(),
    "contacted": lambda _chosen: Q(first_contact_at__isnull=False),
    "in-time": lambda _chosen: KEPT,
    "promised": lambda chosen: ended_promises(chosen.at),
    "asked-again": lambda _chosen: Q(asked_again_at__isnull=False),
    "answered-again": lambda _chosen: Q(score_after__isnull=False),
}

"""How far call lists are, and what they say about all who were asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Min, OuterRef, Q, Subquery, Value, When

from followup.insights.estimates.shares import Estimate
from followup.insights.estimates.small_groups import LEAST
from followup.insights.estimates.two_phase import Bounds, bounds, two_phase
from followup.insights.silence.models import Call, CallList, CallState
from surveys.models import Response
from surveys.scoring import HIGHEST_DETRACTOR, HIGHEST_PASSIVE, NpsFigures


@dataclass(frozen=True, slots=True)
class Progress:
    """The customers of a list: `said` a score, on the phone or by themselves, with its groups; `refused`; `tried` in
    vain so far or for good; `left_out`; `open` are not called yet, the first of them not before `next_at`."""

    promoters: int = 0
    passives: int = 0
    detractors: int = 0
    refused: int = 0
    tried: int = 0
    left_out: int = 0
    open: int = 0
    claimed: int = 0
    next_at: datetime | None = None

    @property
    def said(self) -> int:
        return self.promoters + self.passives + self.detractors

    @property
    def not_reached(self) -> int:
        """Drawn, and no score came of it."""
        return self.refused + self.tried + self.left_out

    @property
    def drawn(self) -> int:
        return self.said + self.not_reached + self.open


@dataclass(frozen=True, slots=True)
class Finding:
    """What a list says. `by_answers`: the NPS of those who had answered; `of_called`: of the silent ones who said a
    score; `whole`: of all who were asked, with what it would be at most and at least (`bounds`), had those who were
    drawn and not reached all been unhappy, or happy. The last three are None with fewer than LEAST scores."""

    progress: Progress
    by_answers: NpsFigures
    of_called: NpsFigures | None
    whole: Estimate | None
    bounds: Bounds | None


def finding_of(call_list: CallList, progress: Progress) -> Finding:
    """What a list says, as far as it is called."""
    answered = (call_list.promoters, call_list.passives, call_list.detractors)
    called = (progress.promoters, progress.passives, progress.detractors)
    by_answers = NpsFigures.of_groups(*answered)
    if progress.said < LEAST or progress.said > call_list.silent:
        return Finding(progress, by_answers, None, None, None)
    whole = two_phase(answered, call_list.silent, called)
    ends = bounds(answered, call_list.silent, called, progress.not_reached) if whole else None
    return Finding(progress, by_answers, NpsFigures.of_groups(*called), whole, ends)


def _score() -> Subquery:
    """What a customer of a list said since it was drawn, by any door; an answer that counts."""
    later = Response.objects.confirmed().filter(
        contact=OuterRef("contact"),
        survey=OuterRef("call_list__survey"),
        answered_at__gte=OuterRef("call_list__created_at"),
    )
    return Subquery(later.order_by("-answered_at", "-pk").values("score")[:1])


_KINDS = {
    "promoters": Q(score__gt=HIGHEST_PASSIVE),
    "passives": Q(score__gt=HIGHEST_DETRACTOR),
    "detractors": Q(score__isnull=False),
    "refused": Q(state=CallState.REFUSED),
    "left_out": Q(state=CallState.LEFT_OUT),
    "claimed": Q(state=CallState.CLAIMED),
    "tried": Q(state__in=(CallState.NOT_REACHED, CallState.ANSWERED)) | Q(tries__gt=0),
}
_OPEN = "open"


def progress_of(lists: Sequence[CallList]) -> dict[int, Progress]:
    """The progress of each list, by its id; one query."""
    rows = Call.objects.filter(call_list__in=[one.pk for one in lists]).annotate(score=_score())
    kinds: list[Any] = [When(which, then=Value(place)) for place, which in enumerate(_KINDS.values())]
    found = (
        rows.annotate(kind=Case(*kinds, default=Value(len(_KINDS)), output_field=IntegerField()))
        .order_by()
        .values("call_list", "kind")
        .annotate(n=Count("pk"), next_at=Min("not_before", filter=Q(state=CallState.WAITING)), soon=_soon())
    )
    return {one.pk: _progress([row for row in found if row["call_list"] == one.pk]) for one in lists} if lists else {}


def _soon() -> Count:
    """How many wait for nothing."""
    return Count("pk", filter=Q(state=CallState.WAITING, not_before=None))


def _progress(rows: Iterable[Mapping[str, Any]]) -> Progress:
    names, counts = [*_KINDS, _OPEN], dict[str, int]()
    rows = list(rows)
    for row in rows:
        counts[names[row["kind"]]] = row["n"]
    claimed = counts.pop("claimed", 0)
    counts[_OPEN] = counts.get(_OPEN, 0) + claimed
    times = [row["next_at"] for row in rows if row["next_at"] is not None]
    next_at = None if any(row["soon"] for row in rows) else min(times, default=None)
    return Progress(**counts, claimed=claimed, next_at=next_at)


def calls_of(call_list: CallList) -> Any:
    """Every customer of a list with the score, in their order; for its page."""
    rows = Call.objects.filter(call_list=call_list).annotate(score=_score())
    return rows.select_related("contact", "caller").defer("contact__search_vector").order_by(F("place"))

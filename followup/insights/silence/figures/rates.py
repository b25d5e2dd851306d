"""Who is silent: of those who were asked, how many answered, by anything that is known of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet, Sum

from followup.insights.estimates.shares import Share, wilson
from followup.insights.estimates.small_groups import hidden, tellable
from followup.insights.segments.dimensions import DIMENSIONS
from followup.insights.silence.figures.asked import Scope
from followup.insights.silence.figures.dimensions import SEGMENT, of_asked
from nps_project.accounts.models import User
from nps_project.common.together import Question, list_of
from surveys.contacts import contact_filter
from surveys.models import Contact, Invitation, Segment
from surveys.tallying.days.asks.counting import ALL, name_of
from surveys.tallying.days.asks.reading import AskDays, days_of, together
from surveys.tallying.days.asks.states import ANSWERED
from surveys.tallying.days.divisions import OF_ASK

MOST = 60  # groups that are told apart, the largest
MOST_SEGMENTS = 20
MOST_CELLS = 10_000  # ways to be in some segments and not in others: beyond that nothing is told of any


@dataclass(frozen=True, slots=True)
class Row:
    """One group; the figures are None where it is hidden. `value`: "" for those of whom nothing is known."""

    value: str
    name: str
    rate: Share | None

    @property
    def silent(self) -> int:
        return self.rate.of - self.rate.n if self.rate else 0


@dataclass(frozen=True, slots=True)
class Rates:
    """The groups, the most silent first and hidden ones last; all others together, and all who were asked."""

    rows: list[Row]
    others: Row | None
    whole: Share


def with_part(asked: QuerySet[Invitation], by: str) -> QuerySet[Any, Any]:
    """With `part`, what they are divided by. Raises: KeyError for a dimension that there is not."""
    divided = of_asked(by)
    if divided is None:
        raise KeyError(by)
    found: QuerySet[Any, Any] = asked.annotate(part=divided.value)
    return found


def segments(user: User) -> list[Segment]:
    """The saved segments that can be read and that this person may see, at most MOST_SEGMENTS; one query."""
    return list(contact_filter.segments_for(user)[:MOST_SEGMENTS])


def in_segment(asked: QuerySet[Invitation], segment: Segment, user: User) -> QuerySet[Invitation]:
    """Those of them whose customers are in a segment now."""
    return asked.filter(contact__in=_members(segment, user).values("pk"))


def _members(segment: Segment, user: User) -> QuerySet[Contact]:
    return contact_filter.filtered(contact_filter.listed_for(user), segment.filter, by=user)


def questions(scope: Scope, by: str, known: Sequence[Segment], user: User) -> dict[str, Question]:
    """What `rates_of` is made of. Raises: KeyError for a dimension that there is not."""
    asked = scope.asked().order_by()
    if by != SEGMENT:
        counts = {"of": Count("pk"), "n": Count("pk", filter=ANSWERED)}
        if counted := _counted(scope, by):
            days, kept = counted
            fresh = with_part(days.fresh(asked), by).values("part").annotate(**counts)
            return {"rates": list_of(kept.annotate(of=Sum("asked"), n=Sum("answered"))), "rates_today": list_of(fresh)}
        largest = with_part(asked, by).values("part").annotate(**counts).order_by("-of", "part")
        return {"rates": list_of(largest[: MOST + 1])}
    inside = {_flag(one): _is_in(one, user) for one in known}
    cells = asked.annotate(**inside).values(*inside).annotate(of=Count("pk"), n=Count("pk", filter=ANSWERED))
    return {"rates": list_of(cells[: MOST_CELLS + 1])}


def _counted(scope: Scope, by: str) -> tuple[AskDays, QuerySet[Any, Any]] | None:
    """The counted days by a dimension, with their rows by `part`; None where only the asks tell. One query."""
    name = name_of(by) if by in OF_ASK else ALL if by in ("channel", "survey", "team") else ""
    if not name or (scope.campaign and name != ALL):
        return None
    days = days_of(name, scope.period.first, scope.period.last)
    if days is None:
        return None
    rows: QuerySet[Any, Any] = days.kept(scope.surveys).order_by()
    rows = rows.filter(campaign=scope.campaign.pk) if scope.campaign else rows
    part = "value" if by in OF_ASK else DIMENSIONS[by].by_tally or by
    return days, rows.values(part=F(part))


def _flag(segment: Segment) -> str:
    return f"in_{segment.pk}"


def _is_in(segment: Segment, user: User) -> "ExpressionWrapper[Q]":
    return ExpressionWrapper(Q(contact__in=_members(segment, user).values("pk")), output_field=BooleanField())


def rates_of(answers: Mapping[str, Any], by: str, known: Sequence[Segment], whole: tuple[int, int]) -> Rates:
    """The groups, from the answers to `questions`. `whole`: how many answered, of all who were asked."""
    if by == SEGMENT:
        return Rates(_sorted(_segments(answers["rates"], known)), None, wilson(*whole))
    divided = of_asked(by)
    names = divided.names() if divided else {}
    read = [row | {"part": row["part"] or ""} for row in [*answers["rates"], *answers.get("rates_today", ())]]
    groups = sorted(together(read, "part"), key=lambda row: (-row["of"], row["part"]))
    counts = [(row["n"], row["of"]) for row in groups[:MOST]]
    counts.append((whole[0] - sum(n for n, _of in counts), whole[1] - sum(of for _n, of in counts)))
    away = hidden([of for _n, of in counts])
    made = [
        Row(row["part"], names.get(row["part"], row["part"]),
            None if place in away else wilson(*counts[place]))
        for place, row in enumerate(groups[:MOST])
    ]  # fmt: skip
    others = Row("", "", None if len(counts) - 1 in away else wilson(*counts[-1])) if len(groups) > MOST else None
    return Rates(_sorted(made), others, wilson(*whole))


def _segments(cells: Sequence[Mapping[str, Any]], known: Sequence[Segment]) -> list[Row]:
    """Segments overlap: one is hidden where it, or what is left of another without it, would be few customers."""
    sizes: Counter[frozenset[int]] = Counter()
    answered: Counter[frozenset[int]] = Counter()
    for cell in cells:
        inside = frozenset(one.pk for one in known if cell[_flag(one)])  # null for who is not known: in none
        sizes[inside] += cell["of"]
        answered[inside] += cell["n"]
    empty = {one.pk for one in known}.difference(*sizes)
    shown = empty | tellable(sizes) if len(cells) <= MOST_CELLS else frozenset()

    def rate(segment: Segment) -> Share | None:
        if segment.pk not in shown:
            return None
        return wilson(*(sum(n for inside, n in counts.items() if segment.pk in inside) for counts in (answered, sizes)))

    return [Row(one.slug, one.name, rate(one)) for one in known]


def _sorted(rows: Sequence[Row]) -> list[Row]:
    def place(row: Row) -> tuple[bool, float, str]:
        return row.rate is None, row.rate.share if row.rate and row.rate.share is not None else 2.0, row.name

    return sorted(rows, key=place)

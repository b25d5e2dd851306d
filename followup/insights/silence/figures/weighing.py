"""The NPS weighed to the shares of the customer base, beside the plain one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from followup.insights.estimates.shares import Estimate
from followup.insights.estimates.small_groups import LEAST, hidden
from followup.insights.estimates.weighting import Cell, post_stratified
from followup.insights.silence.figures.asked import Scope
from followup.insights.silence.figures.dimensions import Divided, of_customers
from nps_project.accounts.models import User
from nps_project.common.together import Question, list_of
from surveys.contacts.contact_filter import listed_for
from surveys.models import Campaign, Contact, Invitation, Response
from surveys.scoring import NpsFigures
from surveys.statistics import GROUP_FILTERS, answers_of, tally
from surveys.tallying.days.divisions import BY_BASE, OF_BASE, Way, as_value, base_name
from surveys.tallying.days.reading import days_of
from surveys.tallying.days.reading import together as summed

TOO_MUCH = 0.2  # of the base in groups without answers: no figure speaks for all then
MOST_READ = 1_000  # groups: of more, such as a customer's number makes, no figure is given
MOST = 60  # groups that are told apart, the largest of the base


@dataclass(frozen=True, slots=True)
class Group:
    """Customers of the base and their answers; `share` and `answered` are parts of all, 0 to 1."""

    value: str
    name: str
    base: int
    figures: NpsFigures
    share: float
    answered: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """The NPS of the base, beside that of all answers and that of the answers it rests on.

    `groups` are those shown; those with few answers are `together`. `empty` have no answers, and `missing` is their
    part of the base, 0 to 1; `nps` is None where that is TOO_MUCH, or where there are too few answers. `too_many`: more
    than MOST_READ groups, of which nothing is said.
    """

    plain: NpsFigures
    known: NpsFigures
    nps: Estimate | None
    base: int
    groups: list[Group]
    together: Group | None
    together_n: int
    empty: list[str]
    missing: float
    too_many: bool = False

    @property
    def says_too_much_is_missing(self) -> bool:
        return self.missing > TOO_MUCH


def questions(scope: Scope, by: str, user: User) -> dict[str, Question]:
    """What `weighed` is made of; one query says of which days the answers are counted. Raises: KeyError for what is not
    known of customers."""
    base, answers = _divided(by, ""), _divided(by, "contact__")
    first, last = scope.period.first, scope.period.last
    given = Response.objects.confirmed().filter(survey__in=scope.surveys)
    given = given.filter(OF_BASE)
    given = answers_of(given, first_day=first, last_day=last, traits={})
    customers: QuerySet[Contact, Any] = (
        listed_for(user).filter(churned_at=None).order_by().values(part=base.value).annotate(n=Count("pk"))
    )
    asked = {"base": list_of(customers.order_by("-n", "part")[: MOST_READ + 1])}
    if scope.campaign:
        of_campaign = answers_of(Response.objects.confirmed(), first_day=first, last_day=last, traits={})
        divided = _of_campaign(scope.campaign, given, part=answers.value, group=F("group"))
        plain = _of_campaign(scope.campaign, of_campaign, score=F("score"))
        return asked | {
            "campaign_base_answers": list_of(divided[: len(GROUP_FILTERS) * (MOST_READ + 1)]),
            "campaign_plain": list_of(plain),
        }
    counts = {group: Count("pk", filter=found) for group, found in GROUP_FILTERS.items()}
    rows: QuerySet[Response, Any] = given.order_by().values(part=answers.value).annotate(n=Count("pk"), **counts)
    asked |= {
        "base_answers": list_of(rows.order_by("-n", "part")[: MOST_READ + 1]),
        "plain": list_of(tally(scope.surveys, first, last)),
    }
    days = days_of(base_name(by), scope.surveys, first, last) if by in BY_BASE else None
    if days is not None:
        fresh = days.fresh(Way(as_value(BY_BASE[by]()), OF_BASE), "value")
        asked |= {"base_answers": list_of(days.kept("value")), "base_answers_today": list_of(fresh)}
    return asked


def _of_campaign(campaign: Campaign, answers: QuerySet[Response], **columns: Any) -> QuerySet[Invitation, Any]:
    """Rows of `answer`, an object of these columns, and `n`: of a campaign's recipients with one of these answers, and
    one row with null of all others. Each answer is looked up by its recipient; of a join the database reads the answers
    to all invitations."""
    answer = answers.filter(invitation=OuterRef("pk")).order_by().values(of_it=JSONObject(**columns))[:1]
    rows = Invitation.objects.filter(campaign=campaign).order_by()
    found: QuerySet[Invitation, Any] = rows.values(answer=Subquery(answer)).annotate(n=Count("pk"))
    return found.order_by("-n", "answer")


def _answered(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The objects of `answer` with their `n`."""
    return [row["answer"] | {"n": row["n"]} for row in rows if row["answer"]]


def _divided(by: str, before: str) -> Divided:
    found = of_customers(by, before)
    if found is None:
        raise KeyError(by)
    return found


def weighed(answers: Mapping[str, Any], by: str) -> Weighed:
    """The weighed NPS, from the answers to `questions`."""
    of_campaign = _answered(answers.get("campaign_plain", ()))
    scores = {row["score"]: row["answers"] for row in answers.get("plain", ())}
    plain = NpsFigures.from_counts(scores | {row["score"]: row["n"] for row in of_campaign})
    parts = [
        {"part": row["part"], **{group: row["n"] * (group == f"{row['group']}s") for group in GROUP_FILTERS}}
        for row in _answered(answers.get("campaign_base_answers", ()))
    ]
    said = [
        {"value": row.get("part") or "", **row}
        for row in [*answers.get("base_answers", ()), *answers.get("base_answers_today", ()), *parts]
    ]
    if max(len(answers["base"]), len({row["value"] for row in said})) > MOST_READ:
        return Weighed(plain, plain, None, 0, [], None, 0, [], 0.0, too_many=True)
    names = _divided(by, "").names()
    given = {row["value"]: [row[group] for group in GROUP_FILTERS] for row in summed(said, "value")}
    rows = sorted(answers["base"], key=lambda row: (-row["n"], row["part"] or ""))
    cells = [(row["part"] or "", Cell(row["n"], *given.get(row["part"] or "", (0, 0, 0)))) for row in rows]
    whole, n = sum(cell.base for _value, cell in cells), sum(cell.n for _value, cell in cells)

    def group(value: str, cell: Cell) -> Group:
        figures = NpsFigures.of_groups(cell.promoters, cell.passives, cell.detractors)
        shares = (cell.base / whole if whole else 0.0, cell.n / n if n else 0.0)
        return Group(value, names.get(value, value), cell.base, figures, *shares)

    empty = [(value, cell) for value, cell in cells if not cell.n]
    some = [(value, cell) for value, cell in cells if cell.n]
    counts = [cell.n for _value, cell in some[:MOST]]
    away = hidden([*counts, n - sum(counts)])  # those beyond MOST stand together, and so are told by the rest
    apart = [pair for place, pair in enumerate(some[:MOST]) if place not in away]
    few = [pair for place, pair in enumerate(some) if place in away or place >= MOST]
    together = _sum([cell for _value, cell in few])
    missing = sum(cell.base for _value, cell in empty) / whole if whole else 0.0
    used = [cell for _value, cell in apart] + ([together] if together else [])
    is_known = missing <= TOO_MUCH and n >= LEAST and all(cell.n >= 2 for cell in used)
    return Weighed(
        plain=plain,
        known=NpsFigures.of_groups(*(sum(getattr(cell, name) for _v, cell in cells) for name in GROUP_FILTERS)),
        nps=post_stratified(used) if is_known else None,
        base=whole,
        groups=[group(*pair) for pair in apart],
        together=group("", together) if together and together.n >= LEAST else None,
        together_n=len(few),
        empty=[names.get(value, value) for value, _cell in empty],
        missing=missing,
    )


def _sum(cells: Sequence[Cell]) -> Cell | None:
    if not cells:
        return None
    return Cell(*(sum(getattr(cell, name) for cell in cells) for name in ("base", *GROUP_FILTERS)))

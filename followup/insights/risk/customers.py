"""The customers at risk as lists, each alone or by company, and how many there are for each reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from followup.insights.risk.models import SINCE, AtRisk, AtRiskQuerySet, Reason
from followup.models import Ticket
from nps_project.accounts.models import User
from nps_project.common.paging import BadKey
from surveys.contacts.companies.services import sees_whole_companies
from surveys.contacts.contact_filter import listed_for

SHOWN = 20  # on a page: the money below stays in sight
_LONGEST_RANK = 20  # characters of a sum in a cursor


@dataclass(frozen=True, slots=True)
class Tally:
    """So many customers, and what they are worth a year; those whose worth nobody knows count as 0. `of_no_company`:
    how many of them the list by company leaves out."""

    n: int
    value: Decimal
    of_no_company: int


@dataclass(frozen=True, slots=True)
class Counts:
    """All customers of a list, and those of each reason: who has two stands under both. `looked_at`: when they were
    found; None without any."""

    all: Tally
    by_reason: dict[Reason, Tally]
    looked_at: datetime | None


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """A company with customers at risk. `value`: the company's own, a year, where there is one and the reader sees
    whole companies; else what these customers are worth together."""

    id: int
    name: str
    n: int
    contacts: int
    value: Decimal
    by_reason: dict[Reason, int]

    @property
    def cursor(self) -> str:
        return f"{-self.value}~{self.id}"


def not_in_hand(rows: AtRiskQuerySet) -> AtRiskQuerySet:
    """Without those for whose last answer a ticket was opened since they were found."""
    return rows.filter(~Exists(Ticket.objects.filter(response=OuterRef("response"))))


def counts_of(rows: AtRiskQuerySet) -> Counts:
    """One query."""
    asked: dict[str, Count | Sum | Max] = {"looked_at": Max("looked_at")}
    lists: dict[str, Q] = {
        "all": Q(),
        **{reason: Q(**{f"{column}__isnull": False}) for reason, column in SINCE.items()},
    }
    for name, holds in lists.items():
        asked |= {
            f"n_{name}": Count("pk", filter=holds), f"value_{name}": Sum("rank", filter=holds),
            f"alone_{name}": Count("pk", filter=holds & Q(company=None)),
        }  # fmt: skip
    found = rows.order_by().aggregate(**asked)
    tallies = {
        name: Tally(found[f"n_{name}"], -(found[f"value_{name}"] or Decimal(0)), found[f"alone_{name}"])
        for name in lists
    }  # fmt: skip
    return Counts(tallies["all"], {reason: tallies[reason] for reason in Reason}, found["looked_at"])


def cursor_of(row: AtRisk) -> str:
    """The cursor behind a customer, for the address of the next page."""
    return f"{row.rank}~{row.pk}"


def page_of(rows: AtRiskQuerySet, after: str) -> tuple[Sequence[AtRisk], bool]:
    """The customers behind a cursor, those worth most first, and whether there are more; one query. Raises: BadKey."""
    rows = rows.behind(*_place(after)) if after else rows
    read = rows.in_order().select_related("contact", "contact__company", "response")
    found = list(read.defer("contact__search_vector", "response__search_vector", "response__comment")[: SHOWN + 1])
    return found[:SHOWN], len(found) > SHOWN


def companies_of(rows: AtRiskQuerySet, after: str, reader: User) -> tuple[Sequence[CompanyLine], bool]:
    """The companies of these customers, those worth most first, and whether there are more; one query.

    A reader who does not see whole companies gets what the customers are worth, of those that they may see.
    Raises: BadKey.
    """
    contacts, of_people = listed_for(reader), Sum("rank")
    worth = Coalesce(0 - Max("company__value"), of_people) if sees_whole_companies(reader) else of_people
    of_company = contacts.filter(company=OuterRef("company")).order_by().values("company")
    asked = {f"n_{one}": Count("pk", filter=Q(**{f"{column}__isnull": False})) for one, column in SINCE.items()}
    found: QuerySet[AtRisk, dict[str, Any]] = (
        rows.filter(company__isnull=False).order_by().values("company", "company__name")
        .annotate(n=Count("pk"), worth=worth, **asked)
    )  # fmt: skip
    if after:
        rank, last = _place(after)
        found = found.filter(Q(worth__gt=rank) | Q(worth=rank, company__gt=last))
    found = found.annotate(contacts=Subquery(of_company.annotate(people=Count("pk")).values("people")))
    lines = [_company_line(row) for row in found.order_by("worth", "company")[: SHOWN + 1]]
    return lines[:SHOWN], len(lines) > SHOWN


def _company_line(row: dict[str, Any]) -> CompanyLine:
    return CompanyLine(
        id=row["company"], name=row["company__name"], n=row["n"], contacts=row["contacts"] or row["n"],
        value=-row["worth"], by_reason={one: row[f"n_{one}"] for one in Reason},
    )  # fmt: skip


def _place(cursor: str) -> tuple[Decimal, int]:
    """Raises: BadKey."""
    rank, _separator, row = cursor.partition("~")
    try:
        place = Decimal(rank)
    except InvalidOperation as error:
        raise BadKey(cursor) from error
    is_sum = place.is_finite() and abs(place) < 10**13 and place == round(place, 2) and len(rank) <= _LONGEST_RANK
    if not (is_sum and row.isascii() and row.isdigit() and len(row) <= 18):
        raise BadKey(cursor)
    return place, int(row)

"""What was learnt of the domains that mails go to, for the page that tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet

from nps_project.accounts.models import User
from surveys.models import Survey
from surveys.scanners import rules
from surveys.scanners.models import OpenedMail

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain some of whose mails were opened as programs do, in the last rules.KNOWN_FOR.

    `opened`, `bursts`: mails of surveys that the reader may see. `is_scanned`: whether only Send counts there, by all
    mails. `is_shared`: strangers share it, so each address counts by itself.
    """

    name: str
    opened: int
    bursts: int
    burst_at: datetime
    is_shared: bool
    is_scanned: bool


def domains(user: User, at: datetime, after: str = "") -> tuple[Sequence[Domain], bool]:
    """A page of them by name, those after `after`, and whether there are more; three queries."""
    since = at - rules.KNOWN_FOR
    every = OpenedMail.objects.filter(opened_at__gte=since)
    seen = every.filter(invitation__survey__in=Survey.objects.visible_to(user))
    names = seen.filter(burst_at__gte=since, domain__gt=after).order_by("domain").values_list("domain", flat=True)
    found = list(names.distinct()[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    of_reader, of_all = (_counts(rows.filter(domain__in=shown), since) for rows in (seen, every))
    lines = []
    for name in shown:
        is_shared = name in rules.SHARED_DOMAINS
        opened, bursts, _recipients, burst_at = of_reader[name]
        all_opened, all_bursts, recipients, _last = of_all[name]
        is_scanned = not is_shared and rules.is_scanned(
            opened=all_opened, bursts=all_bursts, recipients=recipients, is_shared=False
        )
        lines.append(Domain(name, opened, bursts, burst_at, is_shared, is_scanned))
    return lines, len(found) > PAGE_SIZE


def _counts(rows: QuerySet[OpenedMail], since: datetime) -> dict[str, tuple[int, int, int, datetime]]:
    """By domain: mails opened, those opened as programs do, the recipients of these, and the last time."""
    burst = Q(burst_at__gte=since)
    counted = (
        rows.order_by()
        .values("domain")
        .annotate(
            opened=Count("pk"),
            bursts=Count("pk", filter=burst),
            recipients=Count("recipient", filter=burst, distinct=True),
            last=Max("burst_at"),
        )
    )
    return {one["domain"]: (one["opened"], one["bursts"], one["recipients"], one["last"]) for one in counted}

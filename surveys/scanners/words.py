"""What is known about who gave an answer, in words for staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.models import EvidenceWhy, Response
from surveys.scanners import rules
from surveys.scanners.models import Opening

SHOWN = 50
_SIGNS = {
    rules.DECOY: gettext_lazy("A link was opened beside it that nobody sees"),
    rules.MANY_LINKS: gettext_lazy("Three links of the mail or more were opened within ten seconds"),
    rules.SECOND_LINK: gettext_lazy("A second link of the mail was opened within ten seconds"),
    rules.NO_OPENING: gettext_lazy("The opening of its page was not written down"),
    rules.OTHER_PLACE: gettext_lazy("It came from another address than the one that fetched the page"),
    rules.OTHER_AGENT: gettext_lazy("It came from another browser than the one that fetched the page"),
    rules.TOO_SOON: gettext_lazy("It came less than 30 minutes after the mail had left"),
    rules.SCANNED_DOMAIN: gettext_lazy("Programs check the mails of this domain"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A score with its words that does not count."""

    score: int
    comment: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Opened:
    """One opening of a link; `client` numbers who opened it, from 1."""

    at: datetime
    link: str
    client: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is stored of an answer, for its page."""

    why: str
    signs: Sequence[str]
    replaced: Sequence[Said]
    set_aside: Sequence[Said]


def evidence_of(response: Response) -> Evidence | None:
    """What is stored with this answer; None when there is nothing."""
    found = response.evidence
    if not found:
        return None
    labels = {str(value): str(label) for value, label in EvidenceWhy.choices}
    return Evidence(
        why=labels.get(str(found.get("why")), ""),
        signs=[str(_SIGNS[sign]) for sign in found.get("signs", ()) if sign in _SIGNS],
        replaced=[_said(one) for one in found.get("replaced", ())],
        set_aside=[_said(one) for one in found.get("set_aside", ())],
    )


def _said(one: Mapping[str, Any]) -> Said:
    return Said(int(one["score"]), str(one["comment"]), parse_datetime(str(one["at"])))


def link_words(link: str) -> str:
    """The name of a link, as rules.py writes it."""
    if link in rules.DECOYS:
        return _("a link that nobody sees")
    if link == rules.LEAVE:
        return _("the link to unsubscribe")
    return (
        _("the page without a score") if link == rules.PLAIN else _("the score %(n)s") % {"n": link.partition("-")[2]}
    )


def openings_of(response: Response) -> list[Opened]:
    """The newest openings of the mail that an answer belongs to, at most SHOWN, oldest first; one query."""
    if response.invitation_id is None:
        return []
    rows = Opening.objects.filter(invitation=response.invitation_id).order_by("-at", "-pk")[:SHOWN]
    clients: dict[tuple[int | None, int], int] = {}
    return [
        Opened(row.at, link_words(row.link), clients.setdefault((row.place, row.agent), len(clients) + 1))
        for row in reversed(rows)
    ]

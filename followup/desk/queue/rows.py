"""The lines of the queue, in words."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject, Left
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from followup.clocks.recompute import is_asked_by_customer
from followup.models import Attempt, Promise, Stage, Ticket
from followup.models.ticket import TicketQuerySet
from followup.presentation.wording import Clock, clock_of, name_of, reason, when
from surveys.campaigns.first_steps.company import services as company

FIRST_WORDS = 200
_OF_OTHERS = (
    "response__language", "response__erased_at",
    "response__contact_name", "response__contact_email", "response__contact_phone",
    "response__contact__name", "response__contact__email", "response__contact__phone", "response__contact__traits",
    "owner__name", "owner__email", "owner__is_active",
)  # fmt: skip
_LATEST: dict[str, Combinable] = {}
_READ = (*(field.name for field in Ticket._meta.concrete_fields), *_OF_OTHERS)


def show_latest(words: Combinable) -> None:
    """Let a line whose customer waits for an answer show what they wrote, in place of the words of their answer; an
    app's ready() calls it. `words`: an expression over the ticket, up to FIRST_WORDS long."""
    _LATEST["latest"] = words


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue, in words. `words`: what the customer said last, as far as somebody is to answer it."""

    ticket: Ticket
    clock: Clock
    reason: str
    words: str
    name: str
    company: str

    @property
    def language(self) -> str:
        """In which the customer answered."""
        return self.ticket.response.language

    @property
    def url(self) -> str:
        return reverse("followup:ticket", args=[self.ticket.pk])

    @property
    def is_nobodys(self) -> bool:
        """Whether it can be claimed."""
        return self.ticket.owner is None or not self.ticket.owner.is_active

    @property
    def tick(self) -> str:
        """The name of its box to tick."""
        return _("Tick %(name)s") % {"name": self.name}

    @property
    def fingerprint(self) -> str:
        """A code that changes with what the line shows, except for the minutes of its clock."""
        ticket = self.ticket
        shown = (
            ticket.score, self.clock.state, self.reason, self.words, self.name, self.company, ticket.tags,
            ticket.owner_id, ticket.history_count,
        )  # fmt: skip
        return fingerprint_of(shown)


def with_words(tickets: TicketQuerySet) -> TicketQuerySet:
    """The tickets with what their lines need; of each comment only the beginning is read."""
    promised = Promise.objects.open_first_due().filter(ticket=OuterRef("pk"))
    tries = Attempt.objects.filter(ticket=OuterRef("pk"), counts=False).order_by().values("ticket")
    return (
        tickets.select_related("response__contact", "owner")
        .annotate(
            first_words=Left("response__comment", FIRST_WORDS),
            promised=Subquery(
                promised.values(said=JSONObject(text=F("text"), due_at=F("due_at"), is_call=F("is_call")))[:1]
            ),
            currency=company.currency(),
            tries=Subquery(tries.values(said=JSONObject(n=Count("pk"), last=Max("at")))[:1]),
            **_LATEST,
        )
        .only(*_READ)
    )


def read_rows(ids: Sequence[int], at: datetime) -> dict[int, Row]:
    """The lines of these tickets, by the ticket; one query."""
    return {ticket.pk: row_of(ticket, at) for ticket in with_words(Ticket.objects.filter(pk__in=ids).order_by())}


def row_of(ticket: Any, at: datetime) -> Row:
    """The line of a ticket that `with_words` read."""
    response, said = ticket.response, ticket.promised
    promised = None
    if said:
        due_at = datetime.fromisoformat(said["due_at"])
        promised = Promise(text=said["text"], due_at=due_at, is_call=said["is_call"])
    return Row(
        ticket=ticket,
        clock=clock_of(ticket, at),
        reason=", ".join(filter(None, (_tries(ticket, at), reason(ticket, at, promised, ticket.currency)))),
        words=(getattr(ticket, "latest", None) if is_asked_by_customer(ticket) else None) or ticket.first_words,
        name=name_of(response),
        company=response.contact.company_name if response.contact else "",
    )


def _tries(ticket: Any, at: datetime) -> str:
    """How often nobody was reached, while nobody was; "" without a try."""
    found = ticket.tries
    if not found or ticket.first_contact_at or ticket.is_resolved:
        return ""
    last = when(datetime.fromisoformat(found["last"]), at, is_inside=True)
    words = ngettext("%(n)d try, %(last)s", "%(n)d tries, last %(last)s", found["n"])
    return words % {"n": found["n"], "last": last}


HEADINGS = {
    Stage.OVERDUE: gettext_lazy("Late"),
    Stage.DUE_SOON: gettext_lazy("Due soon"),
    Stage.ON_TIME: gettext_lazy("In time"),
    Stage.NO_CLOCK: gettext_lazy("Contacted, or without a deadline"),
    Stage.WAITING: gettext_lazy("Waiting"),
}


def grouped(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """The lines of the queue under the heading of their stage, by which it is sorted first."""
    found = groupby(rows, key=lambda row: Stage(row.ticket.stage))
    return [(str(HEADINGS[stage]), list(lines)) for stage, lines in found]


def fingerprint_of(shown: Iterable[object]) -> str:
    """A short code of these."""
    return hashlib.sha256(repr(tuple(shown)).encode()).hexdigest()[:20]

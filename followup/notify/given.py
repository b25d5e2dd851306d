"""The mail that tells somebody that a rule gave them a ticket.

Its row is stored with the ticket, in one statement, and its words are made when it is sent (composing.py): the three
templates and a statement of its own took 2.5 ms of the processor, for which each ticket waited.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from followup.models import DigestItem, Ticket
from followup.notify import mails
from followup.notify.cover import Cover
from nps_project.common import new_rows
from nps_project.common.new_rows import Given
from nps_project.deliveries.composing import Composed, Mail, Never
from nps_project.deliveries.models import Audience, Delivery
from nps_project.deliveries.queueing import ToCompose, queueing_composed, render_mail

_ABOUT = "ticket:"


def telling_owners(tickets: Iterable[Ticket], cover: Cover) -> list[Given]:
    """Parts of a statement that queue a mail to the owner of each of these tickets, whose last entry says so.

    A line in its place where `mails.notify` would have one. At most one query.
    """
    owned = [(ticket, ticket.owner) for ticket in tickets if ticket.owner is not None and not ticket.owner.is_service]
    told = [(ticket, reader) for ticket, owner in owned for reader in cover.answering([owner], ticket)]
    mailed = mails.mailed_this_hour({reader for _ticket, reader in told if not mails.is_daily(reader)})
    queued: list[ToCompose] = []
    lines: list[DigestItem] = []
    for ticket, reader in told:
        key = f"{mails.GIVEN}:{ticket.pk}:{ticket.history_count}:{reader.pk}"
        if mails.is_daily(reader) or mailed[reader.email] >= mails.MOST_AN_HOUR:
            lines.append(mails.line_of(reader, mails.GIVEN, ticket, key=key, cover=cover))
            continue
        queued.append(ToCompose(reader.email, reader.language, key, f"{_ABOUT}{ticket.pk}"))
        mailed[reader.email] += 1
    parts = queueing_composed(queued, template=mails.GIVEN, audience=Audience.STAFF, at=cover.at)
    return [*parts, *([new_rows.rows(lines, new_rows.ONCE)] if lines else [])]


def compose(deliveries: Sequence[Delivery], _at: datetime) -> Mapping[int, Composed]:
    """The mails of these rows, for composing.add; one query."""
    ids = {row.pk: int(row.about.removeprefix(_ABOUT)) for row in deliveries}
    tickets = Ticket.objects.select_related("response__contact").in_bulk(ids.values())
    return {row.pk: _mail(row, tickets.get(ids[row.pk])) for row in deliveries}


def _mail(row: Delivery, ticket: Ticket | None) -> Composed:
    if ticket is None:
        return Never("gone")
    return Mail(*render_mail(mails.GIVEN, row.language, mails.context_of(ticket)))

"""The mail that tells somebody that a rule gave them a ticket.

Its row is stored with the ticket, in one statement, and its words are made when it is sent (composing.py): the three
templates and a statement of its own took 2.5 ms of the processor, for which each ticket waited.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from followup.models import Activity, ActivityKind, DigestItem, Ticket
from followup.notify import mails
from followup.notify.cover import Cover
from nps_project.accounts.models import User
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
    """The mails of these rows, for composing.add; three queries.

    Not sent is one to somebody who was switched off since, and one about a ticket that has another owner by now, or
    needs nobody any more: what its customer said is for who is to call them.
    """
    ids = {row.pk: int(row.about.removeprefix(_ABOUT)) for row in deliveries}
    tickets = Ticket.objects.select_related("response__contact").in_bulk(ids.values())
    owners = _owners_then(deliveries, ids)
    readers = {row.pk: int(row.dedupe_key.rsplit(":", 1)[1]) for row in deliveries}
    present = set(User.objects.people().filter(pk__in=readers.values()).values_list("pk", flat=True))
    return {
        row.pk: _mail(row, tickets.get(ids[row.pk]), owners.get(row.pk))
        if readers[row.pk] in present
        else Never("gone")
        for row in deliveries
    }


def _owners_then(deliveries: Sequence[Delivery], ids: Mapping[int, int]) -> dict[int, int | None]:
    """Whom the rule gave each ticket, by the delivery that tells of it: the last such entry until then."""
    entries = Activity.objects.filter(ticket__in=ids.values(), kind=ActivityKind.ROUTED)
    given = list(entries.order_by("number").values_list("ticket", "number", "data__owner"))
    until = {row.pk: int(row.dedupe_key.rsplit(":", 2)[1]) for row in deliveries}
    return {
        pk: next((owner for of, number, owner in reversed(given) if of == ticket_id and number <= until[pk]), None)
        for pk, ticket_id in ids.items()
    }


def _mail(row: Delivery, ticket: Ticket | None, owner_then: int | None) -> Composed:
    if ticket is None or ticket.resolved_at is not None or ticket.owner_id is None or ticket.owner_id != owner_then:
        return Never("gone")
    return Mail(*render_mail(mails.GIVEN, row.language, mails.context_of(ticket)))

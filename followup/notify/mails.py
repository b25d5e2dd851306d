"""Mail rows about a ticket: what each reader gets of it, and when. Who they are: followup.notify.recipients."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from followup.clocks import calendars
from followup.models import DigestItem, EscalationLevel, Ticket
from followup.notify import recipients
from followup.notify.cover import Cover
from followup.notify.recipients import AccountManager
from nps_project.accounts.models import TicketMail, User
from nps_project.common.statements import Prepared
from nps_project.deliveries.queueing import queue_mail

MOST_AN_HOUR = 20
GIVEN = "ticket_given"
SUMMED_UP = ("ticket_due_soon", "ticket_overdue", GIVEN)  # templates that no colleague sent by hand
ACCOUNT_MANAGER_MAIL = "ticket-told:"  # begins `about` of the mail whose sending ticks the step


def ticket_url(ticket: Ticket) -> str:
    """The absolute address of a ticket's page."""
    return f"{settings.SITE_URL}/desk/tickets/{ticket.pk}/"


def context_of(ticket: Ticket) -> dict[str, Any]:
    """What every mail about a ticket tells of it."""
    response = ticket.response
    return {
        "ticket": ticket,
        "score": ticket.score,
        "customer": response.reach_name or response.reach_email or response.reach_phone,
        "company": response.contact.company_name if response.contact else "",
        "comment": response.comment,
        "due_at": ticket.deadline if ticket.first_contact_due_at else None,
        "url": ticket_url(ticket),
    }


def queue_account_manager(ticket: Ticket, manager: AccountManager, at: datetime) -> None:
    """Queue the mail to a customer's account manager, once for a ticket; nothing without an address.

    A user gets score, comment and link; while they are away their stand-in does, or they themselves without one. An
    address of no user gets name, score and deadline, if its domain is listed.
    """
    if not manager.address:
        return
    context = context_of(ticket)
    if manager.user is not None:
        user = Cover(at).active_recipient(manager.user) or manager.user
        template, address, language = "ticket_told", user.email, user.language
    elif recipients.may_be_mailed_outside(manager.address):
        address, language = manager.address, ticket.response.survey.default_language
        template = "ticket_told_outside"
        context = {name: context[name] for name in ("score", "customer", "due_at")}
    else:
        return
    queue_mail(
        template=template,
        to=address,
        language=language,
        context=context,
        dedupe_key=f"{ACCOUNT_MANAGER_MAIL}{ticket.pk}",
        about=f"{ACCOUNT_MANAGER_MAIL}{ticket.pk}",
    )


def queue_warning(ticket: Ticket, at: datetime) -> list[User]:
    """Queue the mails that say that the deadline is near. Returns: who is told."""
    cover = Cover(at)
    return _queue_stage("ticket_due_soon", ticket, recipients.of_warning(ticket, cover), cover)


def queue_escalation(ticket: Ticket, at: datetime) -> list[User]:
    """Queue the mails that say that the deadline has passed. Returns: who is told."""
    cover = Cover(at)
    return _queue_stage("ticket_overdue", ticket, recipients.of_deadline(ticket, cover), cover)


def queue_level(ticket: Ticket, level: EscalationLevel, at: datetime) -> list[User]:
    """Queue the mails of a level: hours after the deadline nobody has contacted the customer. Returns: who is told."""
    cover = Cover(at)
    return _queue_stage("ticket_overdue", ticket, recipients.of_level(ticket, level, cover), cover, level=level.number)


def _queue_stage(template: str, ticket: Ticket, people: list[User], cover: Cover, level: int = 0) -> list[User]:
    not_before = None
    if ticket.play.service_hours_only:
        not_before = calendars.hours_of(ticket).next_open(cover.at)
    stage = f"{template}:{level}" if level else template
    key = f"{stage}:{ticket.pk}:{ticket.deadline.isoformat()}"
    return notify(people, template, ticket, key=key, cover=cover, not_before=not_before)


def next_hour(at: datetime) -> datetime:
    """The end of the hour in which `at` lies: when the summary of that hour goes out."""
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


_MAILED = Prepared(
    "mailed",
    """SELECT address, (SELECT count(*) FROM (
        SELECT FROM deliveries_delivery
        WHERE to_address = address AND queued_at >= %s AND template = ANY (%s) LIMIT %s
    ) AS mailed) FROM unnest(%s) AS of_person (address)""",
    ["timestamptz", "text[]", "bigint", "text[]"],
)


def mailed_this_hour(people: Collection[User]) -> Counter[str]:
    """How many mails about single tickets were queued in this hour, by address, of each at most MOST_AN_HOUR.

    One query, which looks at an index for each of them; none without people.
    """
    if not people:
        return Counter()
    began_at = next_hour(timezone.now()) - timedelta(hours=1)
    with connection.cursor() as cursor:
        _MAILED.execute(cursor, [began_at, list(SUMMED_UP), MOST_AN_HOUR, [person.email for person in people]])
        return Counter(dict(cursor.fetchall()))


def is_daily(person: User) -> bool:
    """Whether they chose one mail a day."""
    return person.mail_about_tickets == TicketMail.DAILY


def line_of(
    person: User, template: str, ticket: Ticket, *, key: str, cover: Cover, not_before: datetime | None = None
) -> DigestItem:
    """The line that stands in place of a mail, of the daily mail or of the summary of this hour."""
    send_at = None if is_daily(person) else max(next_hour(cover.at), not_before or cover.at)
    return DigestItem(person=person, ticket=ticket, template=template, dedupe_key=key, at=cover.at, send_at=send_at)


def notify(
    people: Iterable[User],
    template: str,
    ticket: Ticket,
    *,
    key: str,
    cover: Cover,
    not_before: datetime | None = None,
    **more: Any,
) -> list[User]:
    """Queue one mail about a ticket to each of these people, or one line of the daily mail of those who chose it.

    `key`: a second call with the same key adds nothing. `cover` puts stand-ins in the place of people who are away or
    have left. `not_before`: the earliest time of sending. `more` is added to the context of the template.
    A person who got MOST_AN_HOUR mails of SUMMED_UP in this hour gets the rest as one mail at the end of the hour.
    Returns: who is told, by whichever of them.
    """
    told = cover.answering(people, ticket)
    for person in told:
        of_person = f"{key}:{person.pk}"
        if is_daily(person) or (template in SUMMED_UP and mailed_this_hour([person])[person.email] >= MOST_AN_HOUR):
            line = line_of(person, template, ticket, key=of_person, cover=cover, not_before=not_before)
            DigestItem.objects.bulk_create([line], ignore_conflicts=True)
            continue
        queue_mail(
            template=template,
            to=person.email,
            language=person.language,
            context=context_of(ticket) | more,
            dedupe_key=of_person,
            about=f"ticket:{ticket.pk}",
            not_before=not_before,
        )
    return told

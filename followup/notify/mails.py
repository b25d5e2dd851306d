"""Mails to colleagues about a ticket: who is told, and with how much of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from followup.clocks import calendars
from followup.models import DigestItem, EscalateTo, EscalationLevel, FollowUpSettings, Ticket
from followup.notify.cover import Cover
from nps_project.accounts.models import TicketMail, User
from nps_project.deliveries.models import Delivery
from nps_project.deliveries.queueing import queue_mail
from surveys.models import Contact

MOST_AN_HOUR = 20
SUMMED_UP = ("ticket_due_soon", "ticket_overdue", "ticket_given")  # what no colleague wrote by hand
TOLD_PREFIX = "ticket-told:"  # `about` of the mail whose sending ticks the step


@dataclass(frozen=True, slots=True)
class AccountManager:
    """Who looks after a customer: an address, and the active person when one has it."""

    address: str
    user: User | None


NOBODY = AccountManager("", None)


def account_manager_of(contact: Contact | None) -> AccountManager:
    """Nobody, where the address is of a person who was switched off. At most one query."""
    if contact is None or not contact.account_manager:
        return NOBODY
    user = User.objects.filter(email=contact.account_manager.lower(), is_service=False).first()
    return AccountManager(contact.account_manager, user) if user is None or user.is_active else NOBODY


def ticket_url(ticket: Ticket) -> str:
    """The address of a ticket's page, for mails."""
    return f"{settings.SITE_URL}/desk/tickets/{ticket.pk}/"


def _context(ticket: Ticket) -> dict[str, Any]:
    response = ticket.response
    return {
        "ticket": ticket,
        "score": ticket.score,
        "customer": response.reach_name or response.reach_email or response.reach_phone,
        "company": response.contact.company if response.contact else "",
        "comment": response.comment,
        "due_at": ticket.deadline if ticket.first_contact_due_at else None,
        "url": ticket_url(ticket),
    }


def queue_account_manager(ticket: Ticket, manager: AccountManager, at: datetime) -> None:
    """A user gets score, comment and link; others name, score and deadline, and only at domains the admin lists.

    While a user is away it is who stands in; them, should nobody.
    """
    if not manager.address:
        return
    context = _context(ticket)
    if manager.user is not None:
        user = Cover(at).of(manager.user) or manager.user
        template, address, language = "ticket_told", user.email, user.language
    else:
        domain = manager.address.rsplit("@", 1)[-1].lower()
        row = FollowUpSettings.objects.first()
        if row is None or domain not in row.account_manager_domains:
            return
        address, language = manager.address, ticket.response.survey.default_language
        template = "ticket_told_outside"
        context = {name: context[name] for name in ("score", "customer", "due_at")}
    queue_mail(
        template=template,
        to=address,
        language=language,
        context=context,
        dedupe_key=f"{TOLD_PREFIX}{ticket.pk}",
        about=f"{TOLD_PREFIX}{ticket.pk}",
    )


def queue_warning(ticket: Ticket, at: datetime) -> None:
    """The deadline is near: to the owner; without one to the team's lead, else to all managers."""
    cover = Cover(at)
    owner = ticket.owner if ticket.owner and not ticket.owner.is_service else None
    _queue_stage("ticket_due_soon", ticket, [owner] if owner else cover.lead_or_managers(ticket), cover)


def queue_escalation(ticket: Ticket, at: datetime) -> None:
    """The deadline has passed: to the team's lead, else to all managers."""
    cover = Cover(at)
    _queue_stage("ticket_overdue", ticket, cover.lead_or_managers(ticket), cover)


def queue_level(ticket: Ticket, level: EscalationLevel, at: datetime) -> None:
    """Still nobody, hours after the deadline: to whom the play says; a person who left is all managers."""
    cover = Cover(at)
    if level.to == EscalateTo.LEAD:
        people = cover.lead_or_managers(ticket)
    elif level.to == EscalateTo.PERSON and level.person is not None and level.person.is_active:
        people = [level.person]
    else:
        people = cover.managers(ticket)
    _queue_stage("ticket_overdue", ticket, people, cover, level=level.number)


def _queue_stage(template: str, ticket: Ticket, people: list[User], cover: Cover, level: int = 0) -> None:
    not_before = None
    if ticket.play.service_hours_only:
        not_before = calendars.hours_of(ticket).next_open(cover.at)
    stage = f"{template}:{level}" if level else template
    tell(people, template, ticket, key=f"{stage}:{ticket.pk}:{ticket.deadline.isoformat()}", cover=cover,
         not_before=not_before)  # fmt: skip


def next_hour(at: datetime) -> datetime:
    """When a summary of the hour goes out."""
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def _got_too_many(person: User) -> bool:
    """Whether as many mails about single tickets were queued for the person in this hour; one query of an index."""
    began_at = next_hour(timezone.now()) - timedelta(hours=1)
    this_hour = Delivery.objects.filter(to_address=person.email, queued_at__gte=began_at)
    return this_hour.filter(template__in=SUMMED_UP)[:MOST_AN_HOUR].count() >= MOST_AN_HOUR


def tell(
    people: Iterable[User],
    template: str,
    ticket: Ticket,
    *,
    key: str,
    cover: Cover,
    not_before: datetime | None = None,
    **more: Any,
) -> None:
    """Tell colleagues of a ticket, each once for the key: by mail, or in the daily digest of those who chose it.

    In the place of who is away or has left, those who answer for them. `more` goes into the mail. A row for each.
    Who got MOST_AN_HOUR of them in this hour gets the rest of its warnings and the like as one mail at its end.
    """
    for person in cover.answering(people, ticket):
        dedupe_key = f"{key}:{person.pk}"
        is_daily = person.mail_about_tickets == TicketMail.DAILY
        if is_daily or (template in SUMMED_UP and _got_too_many(person)):
            send_at = None if is_daily else max(next_hour(cover.at), not_before or cover.at)
            item = DigestItem(
                person=person, ticket=ticket, template=template, dedupe_key=dedupe_key, at=cover.at, send_at=send_at
            )
            DigestItem.objects.bulk_create([item], ignore_conflicts=True)
            continue
        queue_mail(
            template=template,
            to=person.email,
            language=person.language,
            context=_context(ticket) | more,
            dedupe_key=dedupe_key,
            about=f"ticket:{ticket.pk}",
            not_before=not_before,
        )

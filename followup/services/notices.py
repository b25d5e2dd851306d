"""Mails to colleagues about a ticket: who is told, and with how much of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from followup.models import DigestItem, EscalateTo, EscalationLevel, FollowUpSettings, Ticket
from followup.services import calendars
from nps_project.accounts.models import Role, TicketMail, User
from nps_project.deliveries.queueing import queue_mail
from surveys.models import Contact

TOLD_PREFIX = "ticket-told:"  # `about` of the mail whose sending ticks the step


@dataclass(frozen=True, slots=True)
class AccountManager:
    """Who looks after a customer: an address, and the active person when one has it."""

    address: str
    user: User | None


NOBODY = AccountManager("", None)


def account_manager_of(contact: Contact | None) -> AccountManager:
    """At most one query."""
    if contact is None or not contact.account_manager:
        return NOBODY
    user = User.objects.people().filter(email=contact.account_manager.lower()).first()
    return AccountManager(contact.account_manager, user)


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


def queue_account_manager(ticket: Ticket, manager: AccountManager) -> None:
    """A user gets score, comment and link; others name, score and deadline, and only at domains the admin lists."""
    if not manager.address:
        return
    context = _context(ticket)
    if manager.user is not None:
        template, language = "ticket_told", manager.user.language
    else:
        domain = manager.address.rsplit("@", 1)[-1].lower()
        row = FollowUpSettings.objects.first()
        if row is None or domain not in row.account_manager_domains:
            return
        template, language = "ticket_told_outside", ticket.response.survey.default_language
        context = {name: context[name] for name in ("score", "customer", "due_at")}
    queue_mail(
        template=template,
        to=manager.address,
        language=language,
        context=context,
        dedupe_key=f"{TOLD_PREFIX}{ticket.pk}",
        about=f"{TOLD_PREFIX}{ticket.pk}",
    )


def _lead_or_managers(ticket: Ticket) -> list[User]:
    lead = ticket.team.lead if ticket.team else None
    if lead is not None and lead.is_active:
        return [lead]
    return _managers(ticket)


def _managers(ticket: Ticket) -> list[User]:
    """Of those who may see the ticket: its mail says what the customer said."""
    managers = User.objects.people().filter(ticket.seen_by(), role__in=[Role.MANAGER, Role.ADMIN]).order_by("pk")
    return list(managers.filter(role=Role.MANAGER)[:50]) or list(managers[:50])


def queue_warning(ticket: Ticket, at: datetime) -> None:
    """The deadline is near: to the owner; without one to the team's lead, else to all managers."""
    owner = ticket.owner if ticket.owner and ticket.owner.is_active and not ticket.owner.is_service else None
    _queue_stage("ticket_due_soon", ticket, [owner] if owner else _lead_or_managers(ticket), at)


def queue_escalation(ticket: Ticket, at: datetime) -> None:
    """The deadline has passed: to the team's lead, else to all managers."""
    _queue_stage("ticket_overdue", ticket, _lead_or_managers(ticket), at)


def queue_level(ticket: Ticket, level: EscalationLevel, at: datetime) -> None:
    """Still nobody, hours after the deadline: to whom the play says; a person who left is all managers."""
    if level.to == EscalateTo.LEAD:
        people = _lead_or_managers(ticket)
    elif level.to == EscalateTo.PERSON and level.person is not None and level.person.is_active:
        people = [level.person]
    else:
        people = _managers(ticket)
    _queue_stage("ticket_overdue", ticket, people, at, level=level.number)


def _queue_stage(template: str, ticket: Ticket, people: list[User], at: datetime, level: int = 0) -> None:
    not_before = None
    if ticket.play.service_hours_only:
        not_before = calendars.hours_of(ticket).next_open(at)
    stage = f"{template}:{level}" if level else template
    for person in people:
        key = f"{stage}:{ticket.pk}:{ticket.deadline.isoformat()}:{person.pk}"
        tell(person, template, ticket, dedupe_key=key, at=at, not_before=not_before)


def tell(
    person: User,
    template: str,
    ticket: Ticket,
    *,
    dedupe_key: str,
    at: datetime,
    not_before: datetime | None = None,
    **more: Any,
) -> None:
    """Tell a colleague of a ticket once for each key: by mail, or in the daily digest of those who chose it.

    Who is away today has his stand-in told. `more` goes into the mail. At most two queries and one row.
    """
    person = present(person, at)
    if person.mail_about_tickets == TicketMail.DAILY:
        item = DigestItem(person=person, ticket=ticket, template=template, dedupe_key=dedupe_key, at=at)
        DigestItem.objects.bulk_create([item], ignore_conflicts=True)
        return
    queue_mail(
        template=template,
        to=person.email,
        language=person.language,
        context=_context(ticket) | more,
        dedupe_key=dedupe_key,
        about=f"ticket:{ticket.pk}",
        not_before=not_before,
    )


def present(person: User, at: datetime) -> User:
    """The person, or the active stand-in while he is away; one query."""
    today = local_day(person, at)
    away = person.absences.filter(first_day__lte=today, last_day__gte=today).select_related("stand_in").first()
    return away.stand_in if away and away.stand_in and away.stand_in.is_active else person


def local_day(person: User, at: datetime) -> date:
    """The day that it is where the person is."""
    return at.astimezone(ZoneInfo(person.time_zone or settings.TIME_ZONE)).date()

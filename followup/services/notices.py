"""Mails to colleagues about a ticket: who is told, and with how much of it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from followup.models import FollowUpSettings, Ticket
from nps_project.accounts.models import Role, User
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
    managers = User.objects.people().filter(role__in=[Role.MANAGER, Role.ADMIN]).order_by("pk")
    return list(managers.filter(role=Role.MANAGER)[:50]) or list(managers[:50])


def queue_warning(ticket: Ticket) -> None:
    """The deadline is near: to the owner; without one to the team's lead, else to all managers."""
    owner = ticket.owner if ticket.owner and ticket.owner.is_active and not ticket.owner.is_service else None
    _queue_stage("ticket_due_soon", ticket, [owner] if owner else _lead_or_managers(ticket))


def queue_escalation(ticket: Ticket) -> None:
    """The deadline has passed: to the team's lead, else to all managers."""
    _queue_stage("ticket_overdue", ticket, _lead_or_managers(ticket))


def _queue_stage(template: str, ticket: Ticket, people: list[User]) -> None:
    context = _context(ticket)
    for person in people:
        queue_mail(
            template=template,
            to=person.email,
            language=person.language,
            context=context,
            dedupe_key=f"{template}:{ticket.pk}:{ticket.deadline.isoformat()}:{person.pk}",
            about=f"ticket:{ticket.pk}",
        )

"""Who is mailed about a ticket: the account manager, and colleagues at each stage of its deadline.

Functions return whom a stage is for. `Cover` puts stand-ins in the place of those who are away.
"""

from dataclasses import dataclass

from followup.models import EscalateTo, EscalationLevel, FollowUpSettings, Ticket
from followup.notify.cover import Cover
from nps_project.accounts.models import User
from surveys.models import Contact


@dataclass(frozen=True, slots=True)
class AccountManager:
    """Who looks after a customer: a mail address, and the active user who has it, if one does."""

    address: str
    user: User | None


NO_ACCOUNT_MANAGER = AccountManager("", None)


def account_manager_of(contact: Contact | None) -> AccountManager:
    """The account manager of a customer; NO_ACCOUNT_MANAGER also where the user was switched off. At most one query."""
    if contact is None or not contact.account_manager:
        return NO_ACCOUNT_MANAGER
    user = User.objects.filter(email=contact.account_manager.lower(), is_service=False).first()
    is_there = user is None or user.is_active
    return AccountManager(contact.account_manager, user) if is_there else NO_ACCOUNT_MANAGER


def may_be_mailed_outside(address: str) -> bool:
    """Whether an admin listed the domain of an address that belongs to no user. One query."""
    row = FollowUpSettings.objects.first()
    return row is not None and address.rsplit("@", 1)[-1].lower() in row.account_manager_domains


def of_warning(ticket: Ticket, cover: Cover) -> list[User]:
    """Whom a warning before the deadline is for: the owner; without a person as owner, as at the deadline."""
    owner = ticket.owner if ticket.owner and not ticket.owner.is_service else None
    return [owner] if owner else of_deadline(ticket, cover)


def of_deadline(ticket: Ticket, cover: Cover) -> list[User]:
    """Whom a passed deadline is for: the team's lead, else all managers who see the ticket."""
    return cover.lead_or_managers(ticket)


def of_level(ticket: Ticket, level: EscalationLevel, cover: Cover) -> list[User]:
    """Whom a level after the deadline is for, as the play says; all managers in the place of a person who left."""
    if level.to == EscalateTo.LEAD:
        return cover.lead_or_managers(ticket)
    if level.to == EscalateTo.PERSON and level.person is not None and level.person.is_active:
        return [level.person]
    return cover.managers(ticket)

"""Who is mailed about a ticket: the account manager, and colleagues at each stage of its deadline.

Functions return whom a stage is for. `Cover` puts stand-ins in the place of those who are away.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from followup.models import EscalateTo, EscalationLevel, FollowUpSettings, Ticket
from followup.notify.cover import Cover
from nps_project.accounts.models import Team, User
from surveys.models import Response


@dataclass(frozen=True, slots=True)
class AccountManager:
    """Who looks after a customer: a mail address, and the active user who has it, if one does."""

    address: str
    user: User | None


NO_ACCOUNT_MANAGER = AccountManager("", None)


def account_manager_of(response: Response) -> AccountManager:
    """The account manager of an answer's customer; at most one query.

    NO_ACCOUNT_MANAGER also where the user was switched off, or may not see the answers of this survey: writing one's
    own address on a customer whom several teams know shows nobody what that customer tells another team.
    """
    return account_managers_of([response]).get(response.pk, NO_ACCOUNT_MANAGER)


def account_managers_of(answers: Iterable[Response]) -> dict[int, AccountManager]:
    """The same by answer id, of answers read with contact and survey; those that have one. At most one query."""
    named = {row: row.contact.account_manager for row in answers if row.contact and row.contact.account_manager}
    if not named:
        return {}
    teams = Team.members.through.objects.filter(user=OuterRef("pk")).values("team")
    rows = User.objects.filter(email__in={address.lower() for address in named.values()}, is_service=False)
    users: dict[str, Any] = {user.email: user for user in rows.annotate(team_ids=ArraySubquery(teams))}
    found = ((row, AccountManager(address, users.get(address.lower()))) for row, address in named.items())
    return {row.pk: manager for row, manager in found if _may_be_told(manager.user, row)}


def _may_be_told(user: Any, response: Response) -> bool:
    return user is None or (user.is_active and user.sees_team(response.survey.team_id, user.team_ids))


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

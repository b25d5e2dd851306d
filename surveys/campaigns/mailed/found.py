"""Whoever got a mail whose links lead to /unsubscribe/: an invitation, or what another app mails by the same rules."""

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from surveys.models import Contact, Invitation, Survey


class Mailed(Protocol):
    """One mail to one customer, on behalf of one survey. `language`: as it was mailed."""

    public_id: UUID
    contact: Contact
    survey: Survey
    language: str

    @property
    def contact_id(self) -> int: ...

    @property
    def survey_id(self) -> int: ...


Finder = Callable[[UUID], Mailed | None]
_FINDERS: list[Finder] = []


def add(finder: Finder) -> None:
    """Let `finder` find mails of another app by the random id in their links; that app's ready() calls it."""
    _FINDERS.append(finder)


def find(public_id: UUID) -> Mailed | None:
    """The mail of a random id; None for nobody's."""
    invitation = Invitation.objects.select_related("survey", "contact").filter(public_id=public_id).first()
    if invitation is not None:
        return invitation
    return next((found for finder in _FINDERS if (found := finder(public_id)) is not None), None)

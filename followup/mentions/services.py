"""Colleagues who are mentioned in a note: who may be, who is, and how they are told."""

from datetime import datetime

from django.db.models import Q, QuerySet

from followup.errors import InvalidAction, NobodyToTell
from followup.mentions.names import Found, find, has_any
from followup.models import Activity, Ticket
from followup.notices import services as notices
from followup.notify import mails
from followup.notify.cover import Cover
from nps_project.accounts.models import User

MOST = 20
MOST_SUGGESTED = 8


def may_be_mentioned(ticket: Ticket, by: User) -> QuerySet[User]:
    """Active people who may see the ticket, of those whom the writer may know of."""
    return User.objects.visible_to(by).filter(is_active=True, is_service=False).filter(ticket.seen_by())


def mentioned(text: str, ticket: Ticket, by: User) -> Found[User]:
    """Whom a text mentions, except its writer; no query for a text without an @."""
    if not has_any(text):
        return Found()
    found = find(text, ((person, person.name, person.email) for person in may_be_mentioned(ticket, by)))
    found.people = [person for person in found.people if person.pk != by.pk]
    return found


def must_be_known(found: Found[User]) -> None:
    """Refuse a note that mentions somebody who cannot be mailed. A word that is nobody's name is only a word.

    Raises: NobodyToTell for an unknown address, or a name that several have; InvalidAction for more than MOST people.
    """
    if found.unknown:
        allowed = "addresses of active people who may see this ticket"
        raise NobodyToTell("text", found.unknown, allowed, is_ambiguous=False)
    if found.ambiguous:
        allowed = "names of one person only; write the address of the one you mean"
        raise NobodyToTell("text", found.ambiguous, allowed, is_ambiguous=True)
    if len(found.people) > MOST:
        raise InvalidAction("mentions", len(found.people), f"at most {MOST} people in one note")


def notify(found: Found[User], note: Activity, *, ticket: Ticket, by: User, text: str, at: datetime) -> None:
    """Tell each person mentioned by a notice, and by a mail or a line of their daily mail; once for a note.

    Those who stand in for one who is away are told as well.
    """
    if found.people:
        key, cover = f"ticket_mention:{note.pk}", Cover(at)
        told = [*found.people, *cover.answering(found.people, ticket)]
        notices.tell_mentioned(told, note, ticket=ticket, by=by, at=at)
        mails.notify(found.people, "ticket_mention", ticket, key=key, cover=cover, by=str(by), note=text)


def suggestions(words: str, ticket: Ticket, by: User) -> list[dict[str, str]]:
    """The first people whose name (any word of it) or address begins with `words`: name, email, and what to write.

    What to write is the name; the address where a colleague has the same name, or where there is none. Two queries.
    """
    people = may_be_mentioned(ticket, by)
    begins = Q(name__istartswith=words) | Q(name__icontains=f" {words}") | Q(email__istartswith=words)
    rows = list(people.filter(begins).exclude(pk=by.pk).order_by("name", "email")[:MOST_SUGGESTED])
    names = {row.name.lower() for row in rows if row.name}
    taken = [name.lower() for name in people.filter(name__in=[row.name for row in rows]).values_list("name", flat=True)]
    single = {name for name in names if taken.count(name) == 1}
    return [
        {"name": str(row), "email": row.email, "write": row.name if row.name.lower() in single else row.email}
        for row in rows
    ]

"""The conversation as a part of a ticket's page, with the form that writes a mail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from followup.conversations.showing import rows
from followup.conversations.writing import beginning
from followup.conversations.writing.who import WhyNot, why_not
from followup.desk.ticket.parts import Part, Place
from followup.models import Ticket
from followup.presentation.wording import name_of
from nps_project.accounts.models import Role, User

PANEL = "#mail"


def of_ticket(user: User, ticket: Ticket, at: datetime) -> Mapping[str, Any] | None:
    """The newest messages, and the form for who may write; one query for a ticket that has messages, else none."""
    messages, has_older = rows.read(ticket) if ticket.has_messages else ([], False)  # type: ignore[attr-defined]
    may_write = user.is_at_least(Role.AGENT)
    if not messages and not may_write:
        return None
    return {
        "messages": rows.lines_of(messages, name_of(ticket.response), at),
        "older_than": messages[0].pk if has_older else None,
        "may_write": may_write,
        "mail_panel": PANEL if may_write and why_not(ticket) != WhyNot.NO_ADDRESS else "",
        "is_answer": any(line.direction == "in" for line in messages),
        **(beginning.context_of(user, ticket, at, messages) if may_write else {}),
    }


PART = Part(Place.WORDS, "followup/conversations/_conversation.html", of_ticket, rows.annotations)

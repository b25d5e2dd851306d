"""The part of a ticket's page about the customer's own: what they say there, and the answer to it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.expressions import Combinable

from followup.conversations.case.models import ClosedCase
from followup.conversations.case.services import LONGEST
from followup.conversations.models import Channel, Message
from followup.desk.ticket.parts import Part, Place
from nps_project.accounts.models import Role, User
from nps_project.web import form_submissions


def annotations() -> Mapping[str, Combinable]:
    """What `context` looks for, read with the ticket."""
    return {
        "has_case_messages": Exists(Message.objects.filter(ticket=OuterRef("pk"), channel=Channel.CASE)),
        "newest_message": Subquery(Message.objects.filter(ticket=OuterRef("pk")).order_by("-pk").values("pk")[:1]),
        "is_case_closed": Exists(ClosedCase.objects.filter(response=OuterRef("response"))),
    }


def context(user: User, ticket: Any, at: datetime) -> Mapping[str, Any] | None:
    """What the customer says on their page, and the answer to it; None where they say nothing, and mail reaches them,
    and of a customer who was erased.

    What was written there stands in the conversation. No query.
    """
    answers_here = not ticket.response.reach_email and user.is_at_least(Role.AGENT)
    has_something = ticket.has_case_messages or ticket.customer_said or ticket.is_case_closed
    if ticket.response.erased_at is not None or not has_something and not (answers_here and not ticket.can_be_reached):
        return None
    return {
        "ticket": ticket,
        "said": ticket.get_customer_said_display() if ticket.customer_said else "",
        "seen": ticket.newest_message or 0,
        "answers_here": answers_here and not ticket.is_case_closed,
        "is_closed": ticket.is_case_closed,
        "may_close": user.is_at_least(Role.MANAGER),
        "submission": form_submissions.new_submission(),
        "longest": LONGEST,
    }


PART = Part(Place.WORDS, "followup/conversations/case/_part.html", context, annotations)

"""What somebody else wrote on a ticket while a person was writing there, by mail or on the customer's page."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from followup.conversations.models import Direction, Message, MessageStatus
from followup.errors import FollowUpError
from followup.models import Ticket
from followup.presentation.wording import when
from nps_project.accounts.models import User

_FIRST_WORDS = 200


class WroteMeanwhile(FollowUpError):
    """Somebody wrote on the ticket after the writer had looked; `messages`: theirs, the oldest first."""

    status = 409
    code = "wrote_meanwhile"

    def __init__(self, seen: int, messages: Sequence[Message]) -> None:
        super().__init__("seen", seen, "the newest message of the ticket")
        self.messages = messages


def newer_than(seen: int, ticket: Ticket, by: User) -> list[Message]:
    """What the customer or a colleague wrote after this message, and which goes or went; one query."""
    rows = Message.objects.filter(ticket=ticket, pk__gt=seen, is_automatic=False).select_related("author")
    gone = Q(direction=Direction.OUT) & (Q(author=by) | Q(status__in=(MessageStatus.CANCELLED, MessageStatus.FAILED)))
    return list(rows.exclude(gone).order_by("at", "pk"))


def in_short(messages: Sequence[Message], at: datetime) -> list[tuple[str, str, str]]:
    """Who wrote each of these messages, when, and its first words."""
    return [
        (
            str(one.author) if one.author else one.from_name or one.from_address or _("The customer"),
            when(one.sent_at or one.at, at),
            Truncator(" ".join(one.text.split())).chars(_FIRST_WORDS),
        )
        for one in messages
    ]

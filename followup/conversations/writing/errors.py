"""What is refused of a mail, each with its field, value and what is allowed."""

from collections.abc import Sequence

from followup.conversations.models import Message
from followup.errors import FollowUpError, WrongState


class MayNotWrite(FollowUpError):
    """Nobody writes to this customer; `value` is a WhyNot."""

    status = 409
    code = "may_not_write"


class WroteMeanwhile(FollowUpError):
    """Somebody wrote on the ticket after the writer had looked; `messages`: theirs, the oldest first."""

    status = 409
    code = "wrote_meanwhile"

    def __init__(self, seen: int, messages: Sequence[Message]) -> None:
        super().__init__("seen", seen, "the newest message of the ticket")
        self.messages = messages


class LeftAlready(WrongState):
    """The mail has left, so nobody can take it back."""

    code = "left_already"

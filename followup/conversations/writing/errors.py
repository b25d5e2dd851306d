"""What is refused of a mail, each with its field, value and what is allowed."""

from followup.errors import FollowUpError, WrongState


class MayNotWrite(FollowUpError):
    """Nobody writes to this customer; `value` is a WhyNot."""

    status = 409
    code = "may_not_write"


class LeftAlready(WrongState):
    """The mail has left, so nobody can take it back."""

    code = "left_already"

"""What can be refused in follow-up, as errors that name the field, the value and what is allowed."""

from nps_project.errors import Refusal


class FollowUpError(Refusal):
    """Base of the app's refusals."""


class InvalidAction(FollowUpError):
    """An action whose values do not go together."""


class NobodyToTell(InvalidAction):
    """A note that calls people who are not there, or a name of several. `value`: those, as typed."""

    def __init__(self, field: str, value: list[str], allowed: str, *, is_ambiguous: bool) -> None:
        super().__init__(field, value, allowed)
        self.names, self.is_ambiguous = value, is_ambiguous


class WrongState(FollowUpError):
    """An action that the ticket's status does not allow."""

    status = 409
    code = "wrong_state"


class AlreadyOwned(FollowUpError):
    """A colleague has claimed the ticket first."""

    status = 409
    code = "already_owned"


class AlreadyOpened(FollowUpError):
    """The answer has its ticket already."""

    status = 409
    code = "already_opened"

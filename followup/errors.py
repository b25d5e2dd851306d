"""Errors of follow-up, which name the field, its value and what is allowed; each has its HTTP status."""

from nps_project.errors import DomainError


class FollowUpError(DomainError):
    """Base of the errors of this app."""


class InvalidAction(FollowUpError):
    """An action whose values do not go together."""


class NobodyToTell(InvalidAction):
    """A note that mentions unknown people, or a name that several have. `value`: those, as typed."""

    def __init__(self, field: str, value: list[str], allowed: str, *, is_ambiguous: bool) -> None:
        super().__init__(field, value, allowed)
        self.names, self.is_ambiguous = value, is_ambiguous


class WrongState(FollowUpError):
    """An action that the ticket's status does not allow."""

    status = 409
    code = "wrong_state"


class AlreadyOwned(FollowUpError):
    """A colleague claimed the ticket first."""

    status = 409
    code = "already_owned"


class AlreadyOpened(FollowUpError):
    """The answer has a ticket already."""

    status = 409
    code = "already_opened"

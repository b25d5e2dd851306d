"""What can be refused in follow-up, as errors that name the field, the value and what is allowed."""


class FollowUpError(Exception):
    """Base of the app's refusals: `field` (or ""), `value` as given, `allowed` in plain words."""

    status = 422
    code = "invalid"

    def __init__(self, field: str, value: object, allowed: str) -> None:
        super().__init__(f"{field} is {value!r}; allowed: {allowed}")
        self.field, self.value, self.allowed = field, value, allowed


class InvalidAction(FollowUpError):
    """An action whose values do not go together."""


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

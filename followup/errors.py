"""What can be refused in follow-up, as errors that name the field, the value and what is allowed."""

from nps_project.refusals import Refusal


class FollowUpError(Refusal):
    """Base of the app's refusals."""


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

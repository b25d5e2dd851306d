"""The domain errors of surveys."""

from nps_project.errors import DomainError


class SurveyError(DomainError):
    """Base of the app's errors."""


class InvalidAnswer(SurveyError):
    """A score, comment or language cannot be stored."""


class SurveyNotOpen(SurveyError):
    """The survey takes no answers: draft, paused, closed or expired."""

    status = 409
    code = "survey_not_open"


class NotStored(SurveyError):
    """The survey is not as it was when the customer's answer was read, or the answer is a second one."""


class TooLateToChange(SurveyError):
    """The days in which a customer may change the answer are over."""

    status = 409
    code = "too_late_to_change"


class SlugTaken(SurveyError):
    """Another survey has this slug."""

    status = 409
    code = "slug_taken"


class InvalidDecision(SurveyError):
    """A decision about an answer has no reason, or one that is too long."""


class NotNow(SurveyError):
    """A decision about many answers cannot be undone in its present state."""

    status = 409
    code = "wrong_state"


class TooManyTraits(SurveyError):
    """More traits are marked than answers may be counted by."""

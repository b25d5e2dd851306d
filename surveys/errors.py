"""What can be refused, as errors that name the field, the value and what is allowed."""

from nps_project.errors import Refusal


class SurveyError(Refusal):
    """Base of the app's refusals."""


class InvalidAnswer(SurveyError):
    """A score, comment or language that cannot be stored."""


class SurveyNotOpen(SurveyError):
    """The survey takes no answers: draft, paused, closed or expired."""

    status = 409
    code = "survey_not_open"


class TooLateToChange(SurveyError):
    """The days in which a customer may change the answer are over."""

    status = 409
    code = "too_late_to_change"


class SlugTaken(SurveyError):
    """Another survey has this slug."""

    status = 409
    code = "slug_taken"


class InvalidDecision(SurveyError):
    """A decision about an answer without a reason, or with too long a one."""


class NotNow(SurveyError):
    """A decision about many answers that cannot be undone as it stands."""

    status = 409
    code = "wrong_state"

"""What can be refused, as errors that name the field, the value and what is allowed."""


class SurveyError(Exception):
    """Base of the app's refusals: `field` (or ""), `value` as given, `allowed` in plain words."""

    status = 422
    code = "invalid"

    def __init__(self, field: str, value: object, allowed: str) -> None:
        super().__init__(f"{field} is {value!r}; allowed: {allowed}")
        self.field, self.value, self.allowed = field, value, allowed


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

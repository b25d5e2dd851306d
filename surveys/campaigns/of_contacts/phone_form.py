"""The form for what a customer says on the phone."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.models import User
from nps_project.common.text import TextField
from nps_project.web import form_submissions
from surveys.models import Contact, Survey, SurveyStatus, SurveyTexts
from surveys.models.response import COMMENT_MAX_LENGTH
from surveys.scoring import SCORES
from surveys.services.surveys import current_texts

MOST_SURVEYS = 50


def surveys_to_ask(user: User) -> list[Survey]:
    """The live surveys that this user may see, the newest first, at most MOST_SURVEYS; one query."""
    rows = Survey.objects.visible_to(user).filter(status=SurveyStatus.LIVE)
    return list(rows.not_expired(timezone.now()).order_by("-pk")[:MOST_SURVEYS])


class PhoneAnswerForm(forms.Form):
    """The survey where there are several, the score, and the customer's words."""

    survey = forms.ChoiceField(label=_("Survey"))
    score = forms.TypedChoiceField(
        choices=[(score, score) for score in SCORES],
        coerce=int,
        error_messages={"required": _("Choose a number from 0 to 10.")},
    )
    comment = TextField(
        label=_("In the customer’s words"),
        required=False,
        max_length=COMMENT_MAX_LENGTH,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, surveys: Sequence[Survey], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.surveys = {survey.slug: survey for survey in surveys}
        choices = [(survey.slug, survey.name) for survey in surveys]
        self.fields["survey"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["survey"].widget = forms.HiddenInput()
            self.initial.setdefault("survey", choices[0][0])


def language_for(contact: Contact, survey: Survey) -> str:
    """The language in which the customer is asked."""
    return contact.language if contact.language in survey.languages else survey.default_language


def texts_for(contact: Contact, survey: Survey) -> SurveyTexts | None:
    """The words of the survey in the customer's language; one query."""
    return current_texts(survey).get(language_for(contact, survey))


def form_context(contact: Contact, surveys: Sequence[Survey], form: PhoneAnswerForm) -> dict[str, Any]:
    """What the form's template takes. The question is read out where only one survey can be meant; one query."""
    texts = texts_for(contact, surveys[0]) if len(surveys) == 1 else None
    return {
        "contact": contact,
        "form": form,
        "question": texts.question.replace("{brand}", surveys[0].brand) if texts else "",
        "language": texts.language if texts else "",
        "low_label": texts.low_label if texts else _("Not at all likely"),
        "high_label": texts.high_label if texts else _("Extremely likely"),
        "submission": form_submissions.new_submission(),
    }

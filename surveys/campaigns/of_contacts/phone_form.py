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


def texts_of(contact: Contact, surveys: Sequence[Survey]) -> dict[int, SurveyTexts]:
    """The words of each survey in the customer's language, by the survey's id; one query."""
    languages = {survey.pk: language_for(contact, survey) for survey in surveys}
    rows = SurveyTexts.objects.filter(survey__in=languages, language__in=set(languages.values()))
    newest = rows.order_by("survey_id", "language", "-version").distinct("survey_id", "language")
    return {texts.survey_id: texts for texts in newest if texts.language == languages[texts.survey_id]}


def texts_for(contact: Contact, survey: Survey) -> SurveyTexts | None:
    """The words of the survey in the customer's language; one query."""
    return texts_of(contact, [survey]).get(survey.pk)


def form_context(contact: Contact, surveys: Sequence[Survey], form: PhoneAnswerForm) -> dict[str, Any]:
    """What the form's template takes; one query. Of one survey the question is that of the scale; of several each
    stands with the survey, in `choices`."""
    found = texts_of(contact, surveys)
    asked = [_question(survey, found.get(survey.pk)) for survey in surveys]
    chosen = form["survey"].value() or surveys[0].slug
    choices = [one | {"is_chosen": one["slug"] == chosen} for one in asked] if len(asked) > 1 else []
    return {
        "contact": contact,
        "form": form,
        "choices": choices,
        **(asked[0] if not choices else {}),
        "submission": form_submissions.new_submission(),
    }


def _question(survey: Survey, texts: SurveyTexts | None) -> dict[str, Any]:
    return {
        "slug": survey.slug,
        "name": survey.name,
        "question": texts.question.replace("{brand}", survey.brand) if texts else "",
        "language": texts.language if texts else "",
        "low_label": texts.low_label if texts else _("Not at all likely"),
        "high_label": texts.high_label if texts else _("Extremely likely"),
    }

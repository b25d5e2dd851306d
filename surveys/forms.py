"""Forms of the set-up of surveys: they check what admins type, and write nothing."""

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.models import Team
from nps_project.common.dates import TimeField
from nps_project.common.text import TextField
from surveys.models import Question, QuestionKind, Survey, SurveyStatus, SurveyTexts
from surveys.services.flood import LEAST, TIMES, WEEKS
from surveys.standard_texts import standard_texts

if TYPE_CHECKING:
    SurveyModelForm = forms.ModelForm[Survey]
    TextsModelForm = forms.ModelForm[SurveyTexts]
else:
    SurveyModelForm = TextsModelForm = forms.ModelForm


class SurveyForm(SurveyModelForm):
    """A survey without its texts."""

    status = forms.ChoiceField(
        label=_("State"), choices=SurveyStatus.choices, widget=forms.RadioSelect, initial=SurveyStatus.DRAFT
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=settings.LANGUAGES, widget=forms.CheckboxSelectMultiple
    )
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.all(), required=False, empty_label=_("None: everybody's")
    )
    allowed_traits = SimpleArrayField(
        TextField(max_length=50),
        label=_("Traits taken from the link"),
        required=False,
        help_text=_("Names with commas between them, such as country,plan. ?country=dk in a link is then kept."),
    )
    closes_at = TimeField(label=_("Closes"), required=False, help_text=_("In your own time zone. Empty: stays open."))

    class Meta:
        model = Survey
        field_classes = {"name": TextField, "brand": TextField}
        fields = (
            "name", "brand", "slug", "status", "languages", "default_language", "team", "allowed_traits", "closes_at",
            "edit_days", "quarantine_days", "flood_limit",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quarantine_days"].help_text = _("By mail. Empty: what holds for the whole company.")
        usual = {"n": self.instance.flood_limit_learnt, "times": TIMES, "weeks": WEEKS, "least": LEAST}
        self.fields["flood_limit"].help_text = (
            _(
                "By the public link. What comes above waits, counts nowhere and opens no ticket until a manager "
                "decides. Empty: the usual number, %(n)d now (%(times)d times the busiest hour of the last "
                "%(weeks)d weeks, at least %(least)d). 0: no limit."
            )
            % usual
        )

    def clean(self) -> dict[str, Any]:
        """Check that the first language is one of the languages."""
        data = super().clean() or self.cleaned_data
        languages, first = data.get("languages"), data.get("default_language")
        if languages and first and first not in languages:
            self.add_error("default_language", _("Choose one of the languages that are ticked above."))
        return data


class TextsForm(TextsModelForm):
    """The texts of a survey in one language. Those of a band may be empty: customers read the standard ones then."""

    class Meta:
        model = SurveyTexts
        field_classes = dict.fromkeys(SurveyTexts.TEXTS, TextField)
        fields = SurveyTexts.TEXTS
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in SurveyTexts.TEXTS if "thanks" in name}

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standard = standard_texts(language)
        for name, field in self.fields.items():
            field.widget.attrs["lang"] = language
            if name in SurveyTexts.OF_BANDS:
                field.widget.attrs["placeholder"] = standard[name]
                if not self.initial.get(name):
                    field.help_text = _("Empty: customers read the standard words, which stand here in grey.")

    def clean(self) -> dict[str, Any]:
        """Refuse unknown placeholders, which customers would read as they stand."""
        data = super().clean() or self.cleaned_data
        for name in SurveyTexts.TEXTS:
            for found in re.findall(r"\{+[^{}]*\}+", data.get(name, "")):
                if found != "{brand}":
                    self.add_error(name, _("Nothing stands for %(text)s. Only {brand} is replaced.") % {"text": found})
        return data


class QuestionForm(forms.Form):
    """An extra question: its kind, and texts and options in each language of the survey."""

    kind = forms.ChoiceField(label=_("Kind"), choices=QuestionKind.choices, widget=forms.RadioSelect)
    position = forms.IntegerField(
        label=_("Position"), min_value=1, max_value=100, initial=1, widget=forms.NumberInput({"class": "input-short"})
    )
    is_active = forms.BooleanField(label=_("Asked"), required=False, initial=True)

    def __init__(self, *args: Any, survey: Survey, question: Question, **kwargs: Any) -> None:
        self.names = {code: name for code, name in settings.LANGUAGES if code in survey.languages}
        self.first = survey.default_language
        initial: dict[str, Any] = {}
        if question.pk:
            initial |= {"kind": question.kind, "position": question.position, "is_active": question.is_active}
        for code in self.names:
            initial[f"text_{code}"] = question.texts.get(code, "")
            initial[f"options_{code}"] = "\n".join(question.options.get(code, []))
        kwargs["initial"] = initial | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        for code, name in self.names.items():
            self.fields[f"text_{code}"] = TextField(
                label=_("Question (%(language)s)") % {"language": name},
                max_length=300,
                required=code == self.first,
                widget=forms.TextInput({"lang": code}),
            )
            self.fields[f"options_{code}"] = TextField(
                label=_("Options (%(language)s)") % {"language": name},
                max_length=4000,
                required=False,
                help_text=_("For one of a list: one a line."),
                widget=forms.Textarea({"rows": 4, "lang": code}),
            )

    def clean(self) -> dict[str, Any]:
        """Check that a list has at least two options, and as many in each language."""
        data = super().clean() or self.cleaned_data
        if data.get("kind") != QuestionKind.CHOICE:
            return data
        wanted = len(self._options(self.first))
        if wanted < 2:
            self.add_error(f"options_{self.first}", _("Give at least two options, one a line."))
            return data
        for code in self.names:
            options = self._options(code)
            if len(set(options)) < len(options):
                self.add_error(f"options_{code}", _("One option stands here twice. Give each once."))
            elif data.get(f"text_{code}") and len(options) != wanted:
                self.add_error(f"options_{code}", _("Give as many options as in the first language, in its order."))
        return data

    def _options(self, code: str) -> list[str]:
        lines = str(self.cleaned_data.get(f"options_{code}", "")).splitlines()
        return [line.strip() for line in lines if line.strip()]

    def texts(self) -> dict[str, str]:
        """The texts by language, without empty ones."""
        return {code: text for code in self.names if (text := self.cleaned_data[f"text_{code}"])}

    def options(self) -> dict[str, list[str]]:
        """The options by language; empty unless the question is a list."""
        if self.cleaned_data["kind"] != QuestionKind.CHOICE:
            return {}
        return {code: options for code in self.names if (options := self._options(code))}

"""Forms of the set-up of root causes and of account managers' mail domains; services store what they hold."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from followup.models import RootCause
from nps_project.common.text import TextField, texts_by_language

LANGUAGES = dict(settings.LANGUAGES)
_DOMAIN = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


class CauseForm(forms.Form):
    """A root cause: names in each language, place, and whether it is in use."""

    parent = forms.ModelChoiceField(
        label=_("Part of"),
        queryset=RootCause.objects.none(),
        required=False,
        empty_label=_("Nothing: a cause of its own"),
    )
    position = forms.IntegerField(
        label=_("Place"), min_value=1, max_value=1000, widget=forms.NumberInput({"class": "input-short"})
    )
    is_active = forms.BooleanField(
        label=_("In use"), required=False, help_text=_("Off: old tickets keep it, new ones cannot take it.")
    )

    def __init__(self, *args: Any, cause: RootCause, **kwargs: Any) -> None:
        self.cause = cause
        initial = {"position": cause.position, "is_active": cause.is_active, "parent": cause.parent_id}
        initial |= {f"name_{code}": cause.names.get(code, "") for code in LANGUAGES}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for code, name in LANGUAGES.items():
            self.fields[f"name_{code}"] = TextField(
                label=_("Name (%(language)s)") % {"language": name},
                max_length=100,
                required=code == "en",
                widget=forms.TextInput({"lang": code}),
            )
        tops = RootCause.objects.filter(parent=None).exclude(pk=cause.pk)
        self.fields["parent"].queryset = tops  # type: ignore[attr-defined]
        if cause.pk and cause.children.exists():
            del self.fields["parent"]  # two levels: what has parts is part of nothing
        self.order_fields([f"name_{code}" for code in LANGUAGES])

    def changes(self) -> dict[str, Any]:
        """The arguments of services.save_cause; a new cause gets a slug from its English name."""
        data = self.cleaned_data
        changes = {
            "names": texts_by_language(data, "name"),
            "position": data["position"],
            "is_active": data["is_active"],
        }
        if "parent" in data:
            changes["parent"] = data["parent"]
        if not self.cause.pk:
            changes["slug"] = _free_slug(slugify(data["name_en"])[:50] or "cause")
        return changes


def _free_slug(wanted: str) -> str:
    taken = set(RootCause.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    number = 2
    slug = wanted
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug


class DomainsForm(forms.Form):
    """Mail domains, one a line."""

    domains = TextField(
        label=_("Mail domains"),
        required=False,
        max_length=10_000,
        help_text=_("One a line, such as example.com. Empty: only account managers with an account here are told."),
        widget=forms.Textarea({"rows": 6, "spellcheck": "false", "autocapitalize": "none"}),
    )

    def clean_domains(self) -> list[str]:
        """The domains in lower case, without a leading @. Raises: ValidationError that names the first bad line."""
        lines = [line.strip().lower().removeprefix("@") for line in str(self.cleaned_data["domains"]).splitlines()]
        for line in filter(None, lines):
            if not _DOMAIN.fullmatch(line):
                raise ValidationError(
                    _("%(line)s is not a mail domain. Write it like example.com.") % {"line": line[:80]}
                )
        return [line for line in lines if line]

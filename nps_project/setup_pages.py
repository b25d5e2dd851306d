"""What the set-up pages of every app share: one way to draw a form, one way to put faults beside their fields."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from nps_project import once

Crumb = tuple[str, str]  # address, words


def render_form(
    request: HttpRequest,
    form: forms.BaseForm,
    *,
    title: str,
    here: str,
    submit: str,
    cancel: str,
    crumbs: Sequence[Crumb] = (),
    template: str = "setup/form.html",
    also_faulty: bool = False,
    **extra: Any,
) -> HttpResponse:
    """The page with a form; 422 when it was sent and has a fault (or `also_faulty`), with everything typed kept."""
    faulty = also_faulty or (form.is_bound and bool(form.errors))
    context = {
        "room": "setup",
        "here": here,
        "title": title,
        "form": form,
        "submit": submit,
        "cancel": cancel,
        "crumbs": crumbs,
        "faulty": faulty,
        "submission": once.new_submission(),
    }
    return render(request, template, context | extra, status=422 if faulty else 200)


def add_faults(form: forms.BaseForm, error: ValidationError) -> None:
    """What a service refused, beside the fields it names; the rest above the form."""
    faults = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    for field, messages in faults.items():
        form.add_error(field if field in form.fields else None, messages)

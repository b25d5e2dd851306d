"""What the set-up pages of every app share: one way to draw a form, one way to put faults beside their fields, and one
to see that somebody else has changed meanwhile what a form shows."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from nps_project.web import form_submissions

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
    """The page with a form; 422 when it was sent and has a fault (or `also_faulty`), with everything typed kept.

    409 when somebody had changed meanwhile what it shows. A `formset` among `extra` is part of the form.
    """
    faulty = also_faulty or (form.is_bound and bool(form.errors))
    was_changed = form.is_bound and form.has_error(NON_FIELD_ERRORS, _CHANGED)
    # What was tried or is faulty stands for what its page showed; after the warning, for what is stored now.
    kept = request.POST.get(SHOWN, "") if form.is_bound and not was_changed else ""
    context = {
        "room": "setup",
        "here": here,
        "title": title,
        "form": form,
        "submit": submit,
        "cancel": cancel,
        "crumbs": crumbs,
        "faulty": faulty and not was_changed,  # then no field needs a look
        "submission": form_submissions.new_submission(),
        "shown": kept or _fingerprint(form, extra.get("formset")),
    }
    status = 409 if was_changed else 422 if faulty else 200
    return render(request, template, context | extra, status=status)


SHOWN = "shown"  # the hidden field with the state that a page showed
_CHANGED = "changed"


def is_to_be_saved(request: HttpRequest, form: forms.BaseForm, *, formset: Any = None, is_new: bool = False) -> bool:
    """Whether the form was sent, is valid, and puts nothing back that a colleague changed since its page was drawn.

    Where it would, it has a fault that says so; sent again, it goes through. A form that was sent twice changes nothing
    the second time, and so passes; for something new (`is_new`) there is nothing to put back.
    """
    if request.method != "POST" or not form.is_valid() or not (formset is None or formset.is_valid()):
        return False
    shown = request.POST.get(SHOWN, "")
    changes = form.has_changed() or (formset is not None and formset.has_changed())
    if is_new or not shown or not changes or shown == _fingerprint(form, formset):
        return True
    words = _("Somebody has changed this since you opened it, so nothing was saved. "
              "Save again to put your version in its place, or open it anew to see theirs.")  # fmt: skip
    form.add_error(None, ValidationError(words, code=_CHANGED))
    return False


def _fingerprint(form: forms.BaseForm, formset: Any = None) -> str:
    """Of what the form shows before anybody types."""
    shown: list[Any] = [[name, _plain(form.get_initial_for_field(field, name))] for name, field in form.fields.items()]
    shown += [_plain(row) for row in (formset.initial or ())] if formset is not None else []
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:32]


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, dict):
        return sorted((str(name), _plain(one)) for name, one in value.items())
    if isinstance(value, QuerySet) or (isinstance(value, Iterable) and not isinstance(value, str)):
        return sorted((_plain(one) for one in value), key=str)
    return "" if value is None else str(value)


def add_faults(form: forms.BaseForm, error: ValidationError) -> None:
    """What a service refused, beside the fields it names; the rest above the form."""
    faults = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    for field, messages in faults.items():
        form.add_error(field if field in form.fields else None, messages)

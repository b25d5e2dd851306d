"""Notice a form that is sent twice (double click, reload, a browser's retry), so that it is done once."""

import hashlib
import json
import re
import secrets
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from nps_project.web.models import FormSubmission

FIELD = "submission"
_GIVEN = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
_NOT_TYPED = ("csrfmiddlewaretoken",)
KNOWN_FOR = timedelta(days=1)
FORGOTTEN_AT_ONCE = 10_000


def new_submission() -> str:
    """A new value for the hidden field FIELD of the forms of one page."""
    return secrets.token_urlsafe(16)


def say_twice(request: HttpRequest) -> None:
    """Tell the reader, on the next page, that the form came twice and was done once."""
    messages.info(request, _("This form was sent twice. It was done once."))


def is_first(request: HttpRequest) -> bool:
    """Whether this person sends this page's form with these values for the first time; at most four statements.

    Views call it in the transaction of what the form does: a second one waits for its end, and a form that was refused
    leaves no row. Other values on the same page (after "back") are another form; a form without FIELD is always the
    first. Rows are kept for KNOWN_FOR.
    """
    if not _GIVEN.fullmatch(request.POST.get(FIELD, "")):
        return True
    typed = sorted((name, values) for name, values in request.POST.lists() if name not in _NOT_TYPED)
    fingerprint = hashlib.sha256(json.dumps([request.path, typed]).encode()).hexdigest()
    _row, is_new = FormSubmission.objects.get_or_create(user_id=request.user.pk or 0, fingerprint=fingerprint)
    return is_new


def forget(at: datetime) -> int:
    """Delete rows older than KNOWN_FOR, at most FORGOTTEN_AT_ONCE. Returns: how many."""
    old = FormSubmission.objects.filter(created_at__lt=at - KNOWN_FOR).order_by("created_at").values("pk")
    return FormSubmission.objects.filter(pk__in=old[:FORGOTTEN_AT_ONCE]).delete()[0]

"""A form that is sent twice does one thing: a double click, a reload, a browser that tries again."""

import hashlib
import json
import re
import secrets

from django.contrib import messages
from django.utils.translation import gettext as _

from nps_project.accounts.permissions import StaffRequest
from nps_project.api.models import IdempotentRequest

FIELD = "submission"
_GIVEN = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
_NOT_TYPED = ("csrfmiddlewaretoken",)


def new_submission() -> str:
    """For the hidden field of the forms of one page."""
    return secrets.token_urlsafe(16)


def say_twice(request: StaffRequest) -> None:
    """For the page that comes next."""
    messages.info(request, _("This form was sent twice. It was done once."))


def is_first(request: StaffRequest) -> bool:
    """Whether this person sends this page's form, as it is filled in, for the first time; at most four statements.

    To be called in the transaction of what the form does: a second one that comes meanwhile waits for its end, and one
    that was refused leaves nothing behind. Other words on the same page (after "back") are another form; a form
    without the field is always the first. Kept for a day, as the answers of the API.
    """
    if not _GIVEN.fullmatch(request.POST.get(FIELD, "")):
        return True
    typed = sorted((name, values) for name, values in request.POST.lists() if name not in _NOT_TYPED)
    fingerprint = hashlib.sha256(json.dumps([request.path, typed]).encode()).hexdigest()
    _row, is_new = IdempotentRequest.objects.get_or_create(
        user=request.user, key=f"form {fingerprint}", defaults={"fingerprint": fingerprint, "status": 303}
    )
    return is_new

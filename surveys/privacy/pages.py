"""The pages of a customer's data, for admins: everything that is kept, in one file; and erasing it."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from nps_project.accounts.permissions import StaffRequest, admin_required
from nps_project.downloads import as_file
from nps_project.privacy import erasing, giving, registry
from nps_project.privacy.models import Kind
from nps_project.privacy.registry import Subject
from surveys import hooks
from surveys.privacy.forms import EraseForm

MOST_TICKETS = 100


@admin_required
@require_safe
def everything_of_contact(request: StaffRequest, contact_id: int) -> HttpResponseBase:
    """/contacts/<id>/everything/: the file."""
    return _everything(request, _find(Kind.CONTACT, contact_id))


@admin_required
@require_safe
def everything_of_answer(request: StaffRequest, response_id: int) -> HttpResponseBase:
    """/contacts/answers/<id>/everything/: the file of one answer by nobody known."""
    return _everything(request, _find(Kind.ANSWER, response_id))


@admin_required
@require_http_methods(["GET", "HEAD", "POST"])
def erase_contact(request: StaffRequest, contact_id: int) -> HttpResponse:
    """/contacts/<id>/erase/: says what goes and what stays; a POST with the customer's name erases."""
    return _erase(request, Kind.CONTACT, contact_id, reverse("contacts:contact", args=[contact_id]))


@admin_required
@require_http_methods(["GET", "HEAD", "POST"])
def erase_answer(request: StaffRequest, response_id: int) -> HttpResponse:
    """/contacts/answers/<id>/erase/: the same of one answer by nobody known."""
    return _erase(request, Kind.ANSWER, response_id, f"/desk/answers/{response_id}/")


def _find(kind: Kind, row_id: int) -> Subject:
    """Raises: Http404."""
    subject = registry.find(kind, row_id)
    if subject is None:
        raise Http404
    return subject


def _everything(request: StaffRequest, subject: Subject) -> HttpResponseBase:
    pieces = giving.as_json(subject, at=timezone.now(), language=get_language() or "en")
    answer = as_file(
        request, lambda: StreamingHttpResponse(pieces, content_type="application/json; charset=utf-8"),
        kind="json", name=f"{subject.kind}-{subject.row_id}", about="everything that is kept",
    )  # fmt: skip
    answer["Cache-Control"] = "private, no-store"
    return answer


def _open_tickets(request: StaffRequest, subject: Subject) -> int:
    """How many tickets nobody could work on any more, of the newest."""
    if subject.kind != Kind.CONTACT:
        return 0
    return sum(one.is_open for one in hooks.tickets_of_contact(subject.row_id, request.user, MOST_TICKETS))


def _erase(request: StaffRequest, kind: Kind, row_id: int, back_url: str) -> HttpResponse:
    subject = _find(kind, row_id)
    form = EraseForm(request.POST or None, subject=subject)
    last = erasing.of_row(kind, row_id).select_related("by").first()
    if request.method == "POST" and subject.erased_at is None and form.is_valid():
        erasing.erase(kind, row_id, by=request.user, why=form.cleaned_data["why"])
        return redirect(request.path)
    if request.method == "POST" and subject.erased_at is not None:
        return redirect(request.path)
    held = erasing.held(subject)
    context: dict[str, Any] = {
        "room": "contacts" if kind == Kind.CONTACT else "answers",
        "subject": subject,
        "is_contact": kind == Kind.CONTACT,
        "form": form,
        "known_by": subject.known_by,
        "held": held,
        "last": last,
        "back_url": back_url,
        "open_tickets": _open_tickets(request, subject),
    }
    template = "surveys/privacy/erased.html" if subject.erased_at is not None else "surveys/privacy/erase.html"
    return render(request, template, context, status=422 if form.errors else 200)

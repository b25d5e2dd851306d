"""Set-up of a playbook's versions: two side by side, an old one brought back; and of its lanes."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from followup.errors import InvalidAction
from followup.models import Playbook, PlaybookVersion
from followup.playbooks import versions
from followup.presentation.play_texts import changed_scores
from nps_project.accounts.permissions import StaffRequest, admin_required
from nps_project.web import form_submissions

MOST_WORDS = 4


def version_rows(playbook: Playbook) -> list[dict[str, Any]]:
    """The newest versions, each with what it changed since the one before; five queries."""
    found = versions.newest(playbook, versions.MOST_SHOWN + 1)
    rows: list[dict[str, Any]] = []
    for version, before in list(zip(found, [*found[1:], None], strict=True))[: versions.MOST_SHOWN]:
        lines = list(_change_lines(before, version)) if before else []
        rows.append(
            {"version": version, "before": before.number if before else None, "lines": lines[:MOST_WORDS],
             "more": max(0, len(lines) - MOST_WORDS)}
        )  # fmt: skip
    return rows


def _change_lines(before: PlaybookVersion, after: PlaybookVersion) -> list[str]:
    return [
        _("Score %(score)d: %(what)s") % {"score": score, "what": ", ".join(change.words for change in found)}
        for score, found in changed_scores(before, after).items()
    ]


@admin_required
@require_safe
def compare(request: StaffRequest, pk: int, number: int, other: int) -> HttpResponse:
    """Two versions side by side: what differs, field by field."""
    row = get_object_or_404(Playbook, pk=pk)
    left, right = versions.one(row, number), versions.one(row, other)
    if left is None or right is None:
        raise Http404
    title = _("Versions %(one)d and %(other)d") % {"one": left.number, "other": right.number}
    context = {
        "room": "setup", "here": "playbooks", "title": title, "playbook": row, "left": left, "right": right,
        "scores": changed_scores(left, right),
        "crumbs": [
            (reverse("followup_setup:playbooks"), _("Playbooks")),
            (reverse("followup_setup:playbook", args=[pk]), row.name),
        ],
    }  # fmt: skip
    return render(request, "followup/playbooks/versions.html", context)


def _refused(request: StaffRequest, pk: int, error: ValidationError) -> HttpResponse:
    """What keeps the plays as they are, such as a trial."""
    for words in error.messages:
        messages.error(request, words)
    return redirect("followup_setup:playbook", pk)


@admin_required
@require_POST
def bring_back(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """POST: make a new version with the plays of an old one."""
    row = get_object_or_404(Playbook, pk=pk)
    try:
        with transaction.atomic():
            if form_submissions.is_first(request):
                versions.bring_back(playbook=row, number=number, by=request.user)
    except InvalidAction as error:
        raise Http404 from error
    except ValidationError as error:
        return _refused(request, pk, error)
    messages.success(request, _("Version %(number)d is back, as a new version.") % {"number": number})
    return redirect("followup_setup:playbook", pk)


@admin_required
@require_POST
def lane(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """Switch passives' or promoters' tickets on (`on` = 1) or off."""
    row = get_object_or_404(Playbook, pk=pk)
    try:
        versions.switch_lane(playbook=row, lane=name, on=request.POST.get("on") == "1", by=request.user)
    except InvalidAction as error:
        raise Http404 from error
    except ValidationError as error:
        return _refused(request, pk, error)
    messages.success(request, _("Saved. It counts from the next answer on."))
    return redirect("followup_setup:playbook", pk)

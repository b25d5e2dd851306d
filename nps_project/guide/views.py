"""The pages of the guide, for who is signed in."""

import re

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.guide import pages

_PICTURE = re.compile(r"[a-z0-9-]+\.png")


@viewer_required
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """Leads to the first page."""
    names = pages.names()
    if not names:
        raise Http404
    return redirect("guide:page", names[0])


@viewer_required
@require_safe
def show(request: StaffRequest, name: str) -> HttpResponse:
    """One page, beside the list of all."""
    found = pages.page(name)
    if found is None:
        raise Http404
    return render(request, "guide/page.html", {"page": found, "pages": pages.titles()})


@viewer_required
@require_safe
def picture(request: StaffRequest, name: str) -> HttpResponse:
    """A picture of the guide."""
    path = pages.FOLDER / "pictures" / name
    if not _PICTURE.fullmatch(name) or not path.is_file():
        raise Http404
    headers = {"Cache-Control": "private, max-age=3600"}
    return HttpResponse(path.read_bytes(), content_type="image/png", headers=headers)

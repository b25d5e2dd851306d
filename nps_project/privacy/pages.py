"""The page of what was erased, and its list for a restored backup."""

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from nps_project.accounts.permissions import StaffRequest, admin_required
from nps_project.common.paging import BadKey, address, before_id, page
from nps_project.privacy import again
from nps_project.privacy.models import Erasure


@admin_required
@require_safe
def erased(request: StaffRequest) -> HttpResponse:
    """What was erased, the newest first, 50 a page; without a word of what it was."""
    rows = Erasure.objects.select_related("by")
    after = request.GET.get("after", "")
    try:
        rows = before_id(rows, after) if after else rows
    except BadKey:
        rows = rows.none()
    found, has_more = page(rows.order_by("-pk"))
    context = {
        "here": "erased",
        "room": "setup",
        "title": _("What was erased"),
        "rows": found,
        "more_url": address(request.GET, after=str(found[-1].pk)) if has_more else "",
    }
    return render(request, "privacy/erased.html", context)


@admin_required
@require_safe
def as_list(_request: StaffRequest) -> StreamingHttpResponse:
    """The list that `manage.py erase_customer --again` reads."""
    answer = StreamingHttpResponse(again.lines(), content_type="application/x-ndjson; charset=utf-8")
    day = timezone.localdate().isoformat()
    answer["Content-Disposition"] = f'attachment; filename="erased-{day}.jsonl"'
    return answer

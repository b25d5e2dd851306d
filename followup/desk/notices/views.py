"""The page of a person's notices, the few that the bell shows in place, and marking them as read."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from followup.desk.notices import lines
from followup.notices import reading
from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.common import paging
from nps_project.common.paging import BadKey, address, before_id, read_id

FEW = 8
_PAGE, _PART = "followup/desk/notices/notices.html", "followup/desk/notices/_notices.html"


@viewer_required
@require_safe
def listing(request: StaffRequest) -> HttpResponse:
    """The promises of the day and the notices, the newest first, 50 a page. `?few`: the first few alone, as a part of
    a page.
    """
    user, at = request.user, timezone.now()
    is_few, after = "few" in request.GET, request.GET.get("after", "")
    rows, faults = lines.with_words(user), []
    try:
        rows = before_id(rows, after) if after else rows
    except BadKey:
        faults, after = [_("This page of the notices does not exist. Begin at its first page.")], ""
    found, has_more = paging.page(rows, FEW if is_few else paging.PAGE_SIZE)
    promised = lines.of_promises(user, at) if not after else []
    told = lines.of_notices(user, found, at)
    if is_few:
        promised = promised[: max(FEW - len(told), FEW // 2)]  # a day full of calls hides nothing else
    shown = [*promised, *told]
    context = {
        "room": "notices",
        "is_few": is_few,
        "faults": faults,
        "clear_url": "?",
        "lines": shown[:FEW] if is_few else shown,
        "upto": found[0].pk if found and not after else "",
        "may_mark": not after and any(line.is_unread for line in shown),
        "first_url": address(request.GET) if after else "",
        "more_url": address(request.GET, after=str(found[-1].pk)) if has_more else "",
    }
    return render(request, _PART if is_few else _PAGE, context, status=400 if faults else 200)


@viewer_required
@require_POST
def read(request: StaffRequest) -> HttpResponse:
    """POST `ticket`: mark what the person was told of it as read; `notice`: that one; without either all, up to the
    notice `upto`: 303 back.

    A script that does it in place gets {"unread": number}, and no page: what is to be said on the next page stays.
    A number that cannot be one is refused with 422, by name.
    """
    numbers: dict[str, int | None] = {"ticket": None, "notice": None, "upto": None}
    for name in numbers:
        typed = request.POST.get(name, "")
        try:
            numbers[name] = read_id(typed) if typed else None
        except BadKey:
            said = _("“%(value)s” cannot be marked as read: %(name)s is a number.")
            messages.error(request, said % {"value": typed[:100], "name": name})
            return render(request, _PAGE, {"room": "notices", "lines": [], "is_refused": True}, status=422)
    at = timezone.now()
    reading.mark_read(request.user, at, ticket_id=numbers["ticket"], notice_id=numbers["notice"], upto=numbers["upto"])
    if request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse({"unread": reading.count_unread(request.user, at)})
    return HttpResponseRedirect(reverse("followup:notices"), status=303)

"""/setup/system/put-aside/: the rows on which a sweep failed, and a button that has them tried again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from nps_project.accounts.permissions import StaffRequest, admin_required
from nps_project.background import put_aside
from nps_project.background.models import PutAside

MOST = 200
LONGEST_ID, NO_ROW = 18, 0


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def rows_put_aside(request: StaffRequest) -> HttpResponse:
    """List the rows, the oldest first. A POST has all of them tried again, or the one whose id is `row`."""
    if request.method == "POST":
        row = request.POST.get("row", "")
        known = row.isascii() and row.isdigit() and len(row) <= LONGEST_ID
        only = int(row) if known else NO_ROW if row else None
        number = put_aside.try_again(timezone.now(), only=only)
        message = ngettext(
            "%d row is tried again with the next run of its sweep, in two minutes at most.",
            "%d rows are tried again with the next run of their sweeps, in two minutes at most.",
            number,
        )
        messages.success(request, message % number)
        return redirect("put_aside")
    rows = list(PutAside.objects.order_by("first_at", "pk")[: MOST + 1])
    context = {
        "room": "setup", "here": "system", "title": _("Rows put aside"), "rows": rows[:MOST], "more": len(rows) > MOST,
        "crumbs": [("/setup/system/", _("System"))],
    }  # fmt: skip
    return render(request, "system/put_aside.html", context)

"""/contacts/scanners/: what was learnt of the domains that mails go to."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from nps_project.accounts.permissions import StaffRequest, manager_required
from nps_project.common.paging import address
from surveys.scanners.domains import domains

MOST_DOMAIN = 255


@manager_required
@require_safe
def listing(request: StaffRequest) -> HttpResponse:
    """The domains some of whose mails were opened as programs do, by name."""
    after = request.GET.get("after", "").replace("\0", "")[:MOST_DOMAIN]
    found, has_more = domains(request.user, timezone.now(), after)
    context = {
        "room": "contacts",
        "tab": "scanners",
        "rows": found,
        "first_url": address(request.GET) if after else "",
        "more_url": address(request.GET, after=found[-1].name) if has_more else "",
    }
    return render(request, "surveys/contacts/scanners.html", context)

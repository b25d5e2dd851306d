"""/setup/asking/returned/: when each source of returned mail was last heard, and what waits for a person."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from nps_project.accounts.permissions import StaffRequest, admin_required
from nps_project.deliveries.inbound.left import left_to_a_person, tick_off
from nps_project.deliveries.inbound.sources import SourceState, all_sources
from nps_project.deliveries.mail_services import SERVICES

MOST = 100
LONGEST_ID = 18


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def returned_mail(request: StaffRequest) -> HttpResponse:
    """The sources and the mails. A POST ticks off the mail `only`, else those from the id `first` to the id `last`."""
    if request.method == "POST":
        only = _id(request, "only")
        number = tick_off(timezone.now(), only or _id(request, "first"), only or _id(request, "last"))
        told = ngettext("%d mail is off the list.", "%d mails are off the list.", number)
        messages.success(request, told % number)
        return redirect("returned_mail")
    words = {
        SourceState.WELL: _("Heard lately"),
        SourceState.FAILING: _("Cannot be read"),
        SourceState.SILENT: _("Not heard lately"),
        SourceState.GONE: _("No longer set"),
    }
    titles = {name: service.title for name, service in SERVICES.items()}
    found = all_sources(timezone.now())
    mails = list(left_to_a_person()[: MOST + 1])
    context = {
        "room": "setup",
        "here": "asking",
        "title": _("What comes back"),
        "crumbs": [(reverse("campaigns:asking"), _("Asking"))],
        "sources": [
            (one.row, titles.get(one.row.name, one.row.name), str(one.state), words[one.state]) for one in found
        ],
        "is_nothing_heard": all(one.state == SourceState.GONE for one in found),
        "is_failing": any(one.state == SourceState.FAILING for one in found),
        "is_stored_only": settings.MAIL_IS_STORED_ONLY,
        "mails": mails[:MOST],
        "first": min((mail.pk for mail in mails[:MOST]), default=0),
        "last": max((mail.pk for mail in mails[:MOST]), default=0),
        "more": len(mails) > MOST,
    }
    return render(request, "system/returned_mail.html", context)


def _id(request: StaffRequest, name: str) -> int:
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= LONGEST_ID else 0

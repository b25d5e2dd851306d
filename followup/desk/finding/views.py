"""What the palette finds for what is typed into it."""

from dataclasses import asdict

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from followup.desk.finding import query
from followup.desk.plain_json import plain_json
from nps_project.accounts.permissions import StaffRequest, viewer_required

MOST_TYPED = 100


@viewer_required
@require_safe
def find(request: StaffRequest) -> HttpResponse:
    """What `?q=` finds, in groups of a handful each: {"groups": [{label, items: [{name, more, href}]}]}."""
    words = " ".join(request.GET.get("q", "").replace("\0", "").split())[:MOST_TYPED]
    return plain_json({"groups": [asdict(group) for group in query.find(words, request.user)]})

"""/campaigns/<id>/dry-run/: what would happen."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.errors import DomainError
from surveys.campaigns.running.dry_run import dry_run
from surveys.campaigns.screens.listing import find
from surveys.campaigns.screens.words import refusal_in_words
from surveys.models import AskReason

MOST_DAYS = 60


@viewer_required
@require_safe
def trial(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """How many would be asked, on which days, who not and why; writes nothing."""
    campaign = find(request, campaign_id)
    context: dict[str, Any] = {
        "room": "campaigns", "campaign": campaign, "is_stored_only": settings.MAIL_IS_STORED_ONLY,
    }  # fmt: skip
    try:
        result = dry_run(campaign, timezone.now())
    except DomainError as error:
        context["fault"] = refusal_in_words(error)
    else:
        days, reasons = sorted(result.by_day.items()), dict(AskReason.choices)
        skipped = sorted(result.skipped.items(), key=lambda pair: -pair[1])
        context |= {
            "result": result,
            "left_out": sum(result.skipped.values()),
            "days": days[:MOST_DAYS],
            "more_days": max(0, len(days) - MOST_DAYS),
            "most": max((number for _day, number in days), default=1),
            "skipped": [(reasons.get(reason, reason), number) for reason, number in skipped],
        }
    return render(request, "surveys/campaigns/dry_run.html", context)

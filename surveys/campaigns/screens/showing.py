"""The page of one campaign, and how its mail will look."""

from datetime import timedelta
from typing import Any

from csp.decorators import csp, csp_update
from django.conf import settings
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from nps_project.accounts.models import Role
from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.deliveries.inbound.sources import are_bounces_read
from nps_project.deliveries.sender import services as sender
from nps_project.deliveries.sender.judgement import Level, worst
from nps_project.system.outbox import MAIL_POLICY
from nps_project.web import form_submissions
from surveys.campaigns import trying
from surveys.campaigns.running import progress
from surveys.campaigns.running.progress import Counts
from surveys.campaigns.screens.listing import find
from surveys.campaigns.screens.words import facts_of, size_of
from surveys.models import AskReason, Campaign, Invitation, InvitationStatus

BAR = 1000  # the width of the bar in units of its drawing
REFRESH_S = 10
FIRST_MAILS = timedelta(minutes=5)  # so long after the start its page reloads


@viewer_required
@require_safe
def show(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """How far a campaign is, what it waits for, and what may be done with it."""
    campaign = find(request, campaign_id)
    counts, now = progress.counts_of([campaign])[campaign.pk], timezone.now()
    findings, _records = sender.findings()
    level = worst(findings)
    context = {
        "room": "campaigns",
        "campaign": campaign,
        "facts": facts_of(campaign),
        "counts": counts,
        "share": round(100 * counts.answered / counts.sent) if counts.sent else 0,
        "is_delivery_known": counts.delivered > 0 or are_bounces_read(now),
        "size": size_of(campaign, request.user) if campaign.status == "draft" else "",
        "bar": _bar(counts),
        "reasons": _reasons(campaign),
        "may_change": request.user.is_at_least(Role.MANAGER),
        "is_admin": request.user.is_at_least(Role.ADMIN),
        "is_stored_only": settings.MAIL_IS_STORED_ONLY,
        "sender": level.value,
        "sender_faults": [finding for finding in findings if finding.level == Level.BAD],
        "actions": _actions(campaign),
        "submission": form_submissions.new_submission(),
    }
    page = render(request, "surveys/campaigns/campaign.html", context)
    if campaign.status == "running" and counts.waiting and now - (campaign.started_at or now) < FIRST_MAILS:
        page.headers["Refresh"] = str(REFRESH_S)
    return page


def _actions(campaign: Campaign) -> dict[str, bool]:
    """Which buttons make sense in its state."""
    status = campaign.status
    return {
        "start": status == "draft",
        "pause": status in ("running", "scheduled"),
        "resume": status == "paused",
        "needs_server": status in ("draft", "paused"),
        "stop": status in ("running", "scheduled", "paused"),
        "delete": campaign.started_at is None and status in ("draft", "paused"),
    }


def _bar(counts: Counts) -> list[dict[str, Any]]:
    """The parts of the bar, left to right, with their place and width; those of nobody are left out."""
    quiet = counts.sent - counts.answered - counts.bounced
    parts = [
        ("answered", _("answered"), counts.answered),
        ("sent", _("mailed, not answered"), quiet),
        ("bounced", _("came back"), counts.bounced),
        ("unknown", _("unknown"), counts.unknown),
        ("waiting", _("waiting"), counts.waiting + counts.held),
        ("skipped", _("not asked"), counts.skipped),
    ]
    found, at = [], 0.0
    for kind, words, number in parts:
        if number and counts.recipients:
            width = BAR * number / counts.recipients
            found.append({"kind": kind, "words": words, "n": number, "x": f"{at:.2f}", "width": f"{width:.2f}"})
            at += width
    return found


def _reasons(campaign: Campaign) -> list[dict[str, Any]]:
    """Why recipients are held, were not asked, or mail to them came back, the most frequent first; one query."""
    kinds = [InvitationStatus.HELD, InvitationStatus.SKIPPED, InvitationStatus.BOUNCED]
    rows = Invitation.objects.filter(campaign=campaign, status__in=kinds).order_by()
    found = rows.values("status", "reason").annotate(n=Count("pk")).order_by("-n", "status", "reason")
    states, reasons = dict(InvitationStatus.choices), dict(AskReason.choices)
    return [
        {
            **row,
            "state": states[row["status"]],
            "words": reasons.get(row["reason"], "") if row["reason"] != row["status"] else "",
        }
        for row in found
    ]


def _language(campaign: Campaign, language: str) -> str:
    if language not in campaign.survey.languages:
        raise Http404
    return language


@viewer_required
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]  # its types know only views without arguments
@require_safe
def mail(request: StaffRequest, campaign_id: int, language: str = "") -> HttpResponse:
    """The mail on a phone and in a wide window, in one language, and a test to oneself."""
    campaign = find(request, campaign_id)
    language = _language(campaign, language or campaign.survey.default_language)
    names = dict(settings.LANGUAGES)
    context = {
        "room": "campaigns",
        "campaign": campaign,
        "language": language,
        "languages": [(code, names[code]) for code in campaign.survey.languages],
        "is_stored_only": settings.MAIL_IS_STORED_ONLY,
        "is_admin": request.user.is_at_least(Role.ADMIN),
        "may_change": request.user.is_at_least(Role.MANAGER),
        "subject": trying.sample_mail(campaign.survey, language, request.user.name).subject,
        "submission": form_submissions.new_submission(),
    }
    return render(request, "surveys/campaigns/mail.html", context)


@viewer_required
@require_safe
@never_cache
@xframe_options_sameorigin
@csp(MAIL_POLICY)  # type: ignore[arg-type]  # as above
def mail_preview(request: StaffRequest, campaign_id: int, language: str) -> HttpResponse:
    """The mail and nothing else, under the policy of mails: no script, no network."""
    campaign = find(request, campaign_id)
    return HttpResponse(trying.sample_mail(campaign.survey, _language(campaign, language), request.user.name).html)

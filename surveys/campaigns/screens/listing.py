"""/campaigns/: the list, and the recipients of one campaign."""

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from nps_project.accounts.models import Role
from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.common.paging import BadKey, address, before_id, bounded_count, page, read_id
from nps_project.web import form_submissions
from surveys.campaigns.running import progress, services
from surveys.campaigns.screens.forms import RecipientFilterForm
from surveys.campaigns.screens.words import recipients_in_words
from surveys.contacts import contact_filter
from surveys.contacts.counting import EXACT_TO
from surveys.models import Campaign, Invitation, Survey, SurveyStatus


def find(request: StaffRequest, campaign_id: int) -> Campaign:
    """A campaign that the reader may see. Raises: Http404."""
    rows = Campaign.objects.visible_to(request.user).select_related("survey", "segment")
    campaign = rows.filter(pk=campaign_id).first()
    if campaign is None:
        raise Http404
    return campaign


@viewer_required
@require_safe
def listing(request: StaffRequest) -> HttpResponse:
    """The campaigns, the newest first, 50 a page, each with how far it is."""
    after, faults = request.GET.get("after", ""), []
    rows = Campaign.objects.visible_to(request.user).select_related("survey")
    try:
        rows = before_id(rows, after) if after else rows
    except BadKey:
        faults, rows = [_("This page of the campaigns does not exist. Begin at its first page.")], rows.none()
    found, has_more = page(rows.order_by("-pk"))
    counts = progress.brief_counts_of(found)
    context = {
        "room": "campaigns",
        "faults": faults,
        "clear_url": "?",
        "rows": [(campaign, counts[campaign.pk]) for campaign in found],
        "may_change": request.user.is_at_least(Role.MANAGER),
        "first_url": address(request.GET) if after else "",
        "more_url": address(request.GET, after=str(found[-1].pk)) if has_more else "",
    }
    if not found:
        live = Survey.objects.visible_to(request.user).filter(status=SurveyStatus.LIVE)
        context["has_survey"] = live.not_expired(timezone.now()).exists()
        context["has_contacts"] = contact_filter.listed_for(request.user).exists()
    return render(request, "surveys/campaigns/campaigns.html", context, status=400 if faults else 200)


@viewer_required
@require_safe
def recipients(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """Who got it and who did not, in the order in which they came in, 50 a page."""
    campaign = find(request, campaign_id)
    form, after = RecipientFilterForm(request.GET), request.GET.get("after", "")
    faults: list[str] = []
    rows: QuerySet[Invitation] = progress.recipients(campaign).select_related("contact", "response")
    chosen = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    if not form.is_valid():
        faults.append(_("These recipients cannot be listed: choose a status and a reason from the lists."))
    rows = rows.filter(**chosen)
    total = "" if faults else recipients_in_words(bounded_count(rows, EXACT_TO))
    try:
        rows = rows.filter(pk__gt=read_id(after)) if after else rows
    except BadKey:
        faults.append(_("This page of the recipients does not exist. Begin at its first page."))
    if faults:
        rows = rows.none()
    found, has_more = page(rows)
    context = {
        "room": "campaigns",
        "campaign": campaign,
        "form": form,
        "faults": faults,
        "clear_url": "?",
        "chosen": chosen,
        "rows": found,
        "total": total,
        "is_stored_only": settings.MAIL_IS_STORED_ONLY,
        "missing": bounded_count(services.missing(campaign)) if _may_send_again(request, campaign) else 0,
        "first_url": address(request.GET) if after else "",
        "more_url": address(request.GET, after=str(found[-1].pk)) if has_more else "",
        "submission": form_submissions.new_submission(),
    }
    return render(request, "surveys/campaigns/recipients.html", context, status=400 if faults else 200)


def _may_send_again(request: StaffRequest, campaign: Campaign) -> bool:
    return request.user.is_at_least(Role.MANAGER) and campaign.status in ("running", "finished", "stopped")

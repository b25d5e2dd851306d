"""The buttons of a campaign: each is one service function, done once however often it is pressed."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from nps_project.accounts.models import User
from nps_project.accounts.permissions import StaffRequest, manager_required
from nps_project.deliveries.queueing import is_reserved
from nps_project.errors import DomainError
from nps_project.web import form_submissions
from surveys.campaigns import trying
from surveys.campaigns.running import services
from surveys.campaigns.screens.listing import find
from surveys.campaigns.screens.words import refusal_in_words
from surveys.models import Campaign, CampaignStatus

Action = Callable[[Campaign, datetime, User], str]  # returns what is said when it is done


def _start(campaign: Campaign, at: datetime, by: User, *, despite_findings: bool = False) -> str:
    started = services.start(campaign_id=campaign.pk, at=at, by=by, despite_findings=despite_findings)
    if started.status == CampaignStatus.SCHEDULED:
        return _("It is scheduled, and starts automatically at its time.")
    return _("It runs. The first mails leave within a minute, as far as window and limit let them.")


def _pause(campaign: Campaign, at: datetime, by: User) -> str:
    services.pause(campaign_id=campaign.pk, at=at, by=by)
    return _("It is paused: no further mail leaves.")


def _resume(campaign: Campaign, at: datetime, by: User) -> str:
    services.resume(campaign_id=campaign.pk, at=at, by=by)
    return _("It goes on.")


def _stop(campaign: Campaign, at: datetime, by: User) -> str:
    services.stop(campaign_id=campaign.pk, at=at, by=by)
    return _("It is stopped. Whoever was not mailed is not asked.")


def _send_to_missing(campaign: Campaign, at: datetime, by: User) -> str:
    count = services.send_to_missing(campaign_id=campaign.pk, at=at, by=by)
    return ngettext("%(n)d recipient waits again.", "%(n)d recipients wait again.", count) % {"n": count}


ACTIONS: dict[str, Action] = {
    "start": _start,
    "pause": _pause,
    "resume": _resume,
    "stop": _stop,
    "send-to-missing": _send_to_missing,
    "start-all-the-same": partial(_start, despite_findings=True),
}


@manager_required
@require_POST
def act(request: StaffRequest, campaign_id: int, action: str) -> HttpResponse:
    """Do one of ACTIONS and go back to the campaign, which says what came of it."""
    campaign, do = find(request, campaign_id), ACTIONS.get(action)
    if do is None:
        raise Http404
    try:
        with transaction.atomic():
            if form_submissions.is_first(request):
                messages.success(request, do(campaign, timezone.now(), request.user))
            else:
                form_submissions.say_twice(request)
    except DomainError as error:
        messages.error(request, refusal_in_words(error))
    return redirect("campaigns:campaign", campaign.pk)


@manager_required
@require_POST
def delete(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """Delete a campaign that never started."""
    campaign = find(request, campaign_id)
    try:
        services.delete_draft(campaign_id=campaign.pk)
    except DomainError as error:
        messages.error(request, refusal_in_words(error))
        return redirect("campaigns:campaign", campaign.pk)
    messages.success(request, _("%(campaign)s is deleted.") % {"campaign": campaign.name})
    return redirect("campaigns:list")


@manager_required
@require_POST
def test(request: StaffRequest, campaign_id: int, language: str) -> HttpResponse:
    """Send the mail to whoever presses the button; it counts nowhere."""
    campaign, to = find(request, campaign_id), request.user
    if language not in campaign.survey.languages:
        raise Http404
    with transaction.atomic():
        if form_submissions.is_first(request):
            trying.send_test(campaign.survey, language, to)
    if settings.MAIL_IS_STORED_ONLY:
        messages.info(request, _("No mail server is set (EMAIL_URL), so the test lies in the outbox."))
    elif is_reserved(to.email):
        messages.warning(request, _("Your address, %(to)s, can belong to nobody: the test will not arrive. "
                                    "An admin gives you a real one under Setup, People.")
                         % {"to": to.email})  # fmt: skip
    else:
        messages.success(request, _("A test is on its way to %(to)s. It counts nowhere.") % {"to": to.email})
    return redirect("campaigns:campaign_mail_in", campaign.pk, language)

"""The first steps on the desk, and what an empty desk has in place of a queue."""

import json
from typing import Any

import segno
from django import template
from django.conf import settings
from django.utils import timezone

from nps_project.accounts.models import Role
from nps_project.health.checks_machine import only_here
from surveys.campaigns.first_steps import steps
from surveys.campaigns.first_steps.company.guesses import CURRENCIES
from surveys.campaigns.first_steps.company.views import form_for
from surveys.campaigns.first_steps.models import OwnCompany
from surveys.models import Survey, SurveyStatus

register = template.Library()


@register.inclusion_tag("surveys/first_steps/_desk.html", takes_context=True)
def first_steps(context: template.Context, is_open: bool) -> dict[str, Any]:
    """The steps for admins while they are wanted; unfolded when `is_open`. No query for anybody else."""
    user = context["request"].user
    if not user.is_at_least(Role.ADMIN):
        return {}
    first = steps.first_steps(user)
    return {"first": first, "is_open": is_open, "request": context["request"]} if first.is_wanted else {}


@register.inclusion_tag("surveys/first_steps/_empty_desk.html", takes_context=True)
def empty_desk(context: template.Context) -> dict[str, Any]:
    """The link of the survey that was live first, as a QR code too; admins are asked who they are until they told.

    One query; for admins two, and one more while they are asked.
    """
    request = context["request"]
    live = Survey.objects.visible_to(request.user).filter(status=SurveyStatus.LIVE)
    survey = live.not_expired(timezone.now()).order_by("pk").first()
    drawn: dict[str, Any] = {"request": request, "csrf_token": context.get("csrf_token"), "survey": survey}
    if survey is not None:
        drawn |= {"link": f"{settings.SITE_URL}/s/{survey.slug}/", "only_here": only_here()}
        drawn["code"] = segno.make(drawn["link"], error="m", micro=False).svg_data_uri(border=4, light="#fff")
    if request.user.is_at_least(Role.ADMIN):
        drawn["is_admin"] = True
        if not OwnCompany.objects.exists():
            drawn |= {"form": form_for(request, None), "currencies": json.dumps(CURRENCIES), "zone": settings.TIME_ZONE}
    return drawn

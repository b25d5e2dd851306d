"""Customers and campaigns for the tests of campaigns, and a sweep whenever one is wanted."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from nps_project.deliveries import sending
from surveys.campaigns import tasks
from surveys.campaigns.running import services
from surveys.models import AskDecision, Campaign, Contact, Invitation, Survey
from tests.factories import make_survey

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def make_people(count: int, **fields: Any) -> list[Contact]:
    """Customers with addresses that can be mailed."""
    begin = Contact.objects.count()
    people = [
        Contact(**{"email": f"c{begin + number}@nordlys.dk", "name": f"C {begin + number}"} | fields)
        for number in range(count)
    ]
    return Contact.objects.bulk_create(people)


def make_campaign(survey: Survey | None = None, **fields: Any) -> Campaign:
    """A draft."""
    survey = survey or Survey.objects.first() or make_survey()
    return services.save_campaign(Campaign(), {"name": "Autumn", "survey": survey} | fields)


def start(campaign: Campaign, at: datetime | None = None) -> Campaign:
    return services.start(campaign_id=campaign.pk, at=at or timezone.now())


def run(campaign: Campaign, at: datetime | None = None) -> Campaign:
    """A look of the sweep, and a worker that sends."""
    at = at or timezone.now()
    tasks.go_on(at)
    sending.send_due(at + SECOND)
    tasks.go_on(at)
    campaign.refresh_from_db()
    return campaign


def statuses(campaign: Campaign) -> Sequence[tuple[str, str]]:
    """(status, reason) of the recipients in their order."""
    rows = Invitation.objects.filter(campaign=campaign).order_by("contact", "round")
    return list(rows.values_list("status", "reason"))


def decided(campaign: Campaign) -> list[tuple[str, str]]:
    rows = AskDecision.objects.filter(invitation__campaign=campaign).order_by("pk")
    return list(rows.values_list("decision", "reason"))

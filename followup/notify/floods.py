"""One mail a day to a survey's managers while answers to it wait for a decision."""

from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from nps_project.accounts.models import Role, User
from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from nps_project.common.dates import company_day
from nps_project.deliveries.queueing import queue_mail
from surveys.models import EvidenceWhy, Response, Survey

MOST_MANAGERS = 50
MOST_COUNTED = 1000


def waiting_url(slug: str) -> str:
    """The address of the answers to a survey that wait for a decision."""
    return f"{reverse('followup:answers')}?{urlencode({'survey': slug, 'doubtful': 'true'})}"


def _unnotified(at: datetime) -> QuerySet[Survey]:
    doubtful = Response.objects.doubtful().filter(survey=OuterRef("pk"))
    unnotified = Q(flood_told_on=None) | Q(flood_told_on__lt=company_day(at))
    return Survey.objects.filter(unnotified, Exists(doubtful)).order_by("pk")


@transaction.atomic
def notify_managers(survey_id: int, at: datetime) -> bool:
    """Queue the mails of this day for one survey; False when nothing waits, or another worker queued them."""
    day = company_day(at)
    if not _unnotified(at).filter(pk=survey_id).update(flood_told_on=day):
        return False
    survey = Survey.objects.get(pk=survey_id)
    doubtful = Response.objects.doubtful().filter(survey=survey)
    count = doubtful[: MOST_COUNTED + 1].count()
    context = {
        "is_flood": doubtful.filter(evidence__why=EvidenceWhy.FLOOD).exists(),
        "is_by_mail": doubtful.exclude(evidence__why=EvidenceWhy.FLOOD).exists(),
        "survey": survey,
        "count": min(count, MOST_COUNTED),
        "is_more": count > MOST_COUNTED,
        "url": f"{settings.SITE_URL}{waiting_url(survey.slug)}",
    }
    for person in _managers_of(survey):
        queue_mail(
            template="answers_waiting", to=person.email, language=person.language, context=context,
            dedupe_key=f"flood:{survey.pk}:{day.isoformat()}:{person.pk}",
        )  # fmt: skip
    return True


def _managers_of(survey: Survey) -> list[User]:
    """The managers in the survey's team; without one, those who see all teams, else the admins."""
    people = User.objects.people().order_by("pk")
    managers = people.filter(role=Role.MANAGER)
    for group in (
        managers.filter(teams=survey.team_id),
        managers.filter(all_teams=True),
        people.filter(role=Role.ADMIN),
    ):
        if found := list(group[:MOST_MANAGERS]):
            return found
    return []


FLOODS = sweep.add(Sweep("followup.floods", _unnotified, notify_managers))

"""One colleague of the sample shop invites customers by hand after a good talk: fair play finds it."""

from datetime import datetime, timedelta

from nps_project.accounts.models import User
from surveys.models import Invitation, Survey
from surveys.scoring import HIGHEST_PASSIVE

_DAYS = 80
_HAPPY, _OTHERS = 34, 2


def invite_by_hand(survey: Survey, by: User, now: datetime) -> int:
    """Let these answered links be made by one person. Returns: how many."""
    rows = Invitation.objects.filter(
        survey=survey, campaign=None, follows=None, response__answered_at__gte=now - timedelta(days=_DAYS)
    ).order_by("pk")
    happy = list(rows.filter(response__score__gt=HIGHEST_PASSIVE).values_list("pk", flat=True)[:_HAPPY])
    others = list(rows.filter(response__score__lte=HIGHEST_PASSIVE).values_list("pk", flat=True)[:_OTHERS])
    return Invitation.objects.filter(pk__in=happy + others).update(created_by=by)

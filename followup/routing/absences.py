"""Days on which somebody is away."""

from datetime import date

from django.db import transaction

from followup.errors import InvalidAction
from followup.models import Absence
from nps_project.accounts.models import User


@transaction.atomic
def save(*, person: User, first_day: date, last_day: date, stand_in: User | None) -> Absence:
    """Store an absence. Raises: InvalidAction for days on which the person is away already."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)  # two calls at once would not see each other's row
    if Absence.objects.filter(person=person, first_day__lte=last_day, last_day__gte=first_day).exists():
        raise InvalidAction("first_day", first_day.isoformat(), "days on which the person is not away already")
    return Absence.objects.create(person=person, first_day=first_day, last_day=last_day, stand_in=stand_in)

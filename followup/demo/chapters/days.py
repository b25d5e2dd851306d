"""The days of the sample year that its colleagues marked on the trends: the strike, its end, and what was changed."""

from datetime import datetime, timedelta

from followup.insights.events.models import Event
from nps_project.common.dates import company_day

# weeks ago -> what happened
_MARKED = {
    11: "Strike in the warehouse",
    7: "The strike is over",
    4: "A second carrier fetches each evening",
}


def mark_days(now: datetime) -> list[int]:
    """Mark them for all surveys. Returns: their ids."""
    made = Event.objects.bulk_create(
        Event(day=company_day(now - timedelta(weeks=ago)), words=words) for ago, words in _MARKED.items()
    )
    return [event.pk for event in made]

"""What is known before a trial: how many came back in the last year, and how long drawing enough will take."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from followup.insights.trials.estimate import findable
from followup.insights.trials.forms import today
from followup.playbooks.trials.models import Trial
from followup.playbooks.versions import surveys_of
from surveys.models import Tally

LOOKED_BACK = 90  # days


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a plan will go, if answers come as in the last 90 days.

    full_on: when enough are drawn; None when nobody answers. drawn: how many by the last day. findable: the least
    effect, in points, that those would find; None where enough are drawn, or where none could be.
    """

    a_week: float
    full_on: date | None
    drawn: int
    size: int
    findable: int | None

    @property
    def is_enough(self) -> bool:
        return self.drawn >= self.size


def outlook(trial: Trial, at: datetime) -> Outlook:
    """One query, and one where the trial has surveys of its own."""
    day = today(at)
    chosen = list(trial.surveys.all()) or surveys_of(trial.playbook)
    since = day - timedelta(days=LOOKED_BACK)
    rows = Tally.objects.filter(survey__in=chosen, score__in=trial.scores, day__gte=since).values_list(
        "count", flat=True
    )
    a_day = sum(rows) / LOOKED_BACK
    drawn = min(trial.size, int(a_day * ((trial.last_day - day).days + 1)))
    least = findable(trial.baseline / 100, drawn // 2) if 4 <= drawn < trial.size else None
    return Outlook(
        a_week=7 * a_day,
        full_on=day + timedelta(days=int(trial.size / a_day)) if a_day > 0 and trial.size / a_day < 36500 else None,
        drawn=drawn,
        size=trial.size,
        findable=round(100 * least) if least else None,
    )


def score_of(given: str | None) -> int | None:
    """The score that an address asks for; None for anything else."""
    return int(given) if given and given.isdecimal() and len(given) < 3 and int(given) <= 10 else None

"""Everything that the page about the silent shows, read in one statement and a few of names."""

from dataclasses import dataclass

from followup.insights.kept.reading import kept
from followup.insights.silence.figures import funnel, rates, weighing
from followup.insights.silence.figures.asked import Scope
from followup.insights.silence.figures.dimensions import SEGMENT
from nps_project.accounts.models import User
from nps_project.common.together import ask


@dataclass(frozen=True, slots=True)
class Silence:
    """The figures of a scope."""

    funnel: funnel.Funnel
    rates: rates.Rates
    weighed: weighing.Weighed


@kept
def read(scope: Scope, user: User, *, by: str, weigh: str) -> Silence:
    """The figures; `by` divides those who were asked, `weigh` the customer base. Raises: KeyError for another one.

    One statement for all counts, and at most four of names.
    """
    known = rates.segments(user) if by == SEGMENT else []
    answers = ask(
        {
            **funnel.questions(scope, user),
            **rates.questions(scope, by, known, user),
            **weighing.questions(scope, weigh, user),
        }
    )
    found = funnel.funnel_of(answers)
    whole = (found.whole.answered, found.whole.asked)
    return Silence(found, rates.rates_of(answers, by, known, whole), weighing.weighed(answers, weigh))

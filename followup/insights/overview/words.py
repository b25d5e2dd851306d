"""The overview in words."""

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from followup.insights.comparing.change import Change
from followup.insights.figures.periods import Period
from followup.insights.figures.words import telling
from followup.insights.overview.query import Overview
from followup.presentation.addresses import counted_answers
from followup.presentation.wording import count_words, percent_of, signed
from nps_project.common.paging import COUNT_LIMIT
from surveys.scoring import DETRACTOR, GROUPS, NpsFigures, group_of

BOUNDS = {"detractor": "0–6", "passive": "7–8", "promoter": "9–10"}


def in_words(found: Overview, period: Period, before: Period, survey: str) -> dict[str, Any]:
    """The figures as the page shows them, each with the address of the answers or tickets behind it."""
    of_tickets = {"survey": survey} if survey else {}
    of_period = _days(period) | of_tickets
    promises = found.promises
    return {
        **{f"nps_{name}" if name != "nps" else name: value for name, value in nps_words(found.nps).items()},
        "period": span_of(period),
        "before": nps_words(found.before),
        "before_period": span_of(before),
        "before_url": counted_answers(_days(before) | of_tickets),
        "change": change_words(found.change),
        "without": nps_words(found.without_following) if found.following else None,
        "following": found.following,
        "following_url": counted_answers(of_period | {"follows": "true"}),
        "groups": [
            {
                "name": BOUNDS[group],
                "n": count,
                "share": percent_of(count, found.nps.responses),
                "url": counted_answers(of_period | {"group": group}),
            }
            for group in reversed(GROUPS)
            for count in [sum(n for score, n in found.by_score.items() if group_of(score) == group)]
        ],
        "scores": [
            {
                "score": score,
                "n": found.by_score.get(score, 0),
                "share": percent_of(found.by_score.get(score, 0), found.nps.responses),
                "url": counted_answers(of_period | {"score": score}),
            }
            for score in range(11)
        ],
        "points": [
            {
                "span": span_of(Period(point.first, point.last)),
                "url": counted_answers(_days(Period(point.first, point.last)) | of_tickets),
                **nps_words(point.figures),
            }
            for point in found.points
        ],
        "answers_url": counted_answers(of_period),
        "response_rate": percent_of(found.answered, found.asked),
        "asked": found.asked,
        "asked_url": f"{reverse('silence:page')}?{urlencode(of_period)}",
        "answered": found.answered,
        "met_share": percent_of(promises.met, promises.n),
        "met_url": f"{reverse('insights:recovery_tickets')}?{urlencode(of_period | {'figure': 'in-time'})}",
        "promises": promises.n,
        "promised_url": f"{reverse('insights:recovery_tickets')}?{urlencode(of_period | {'figure': 'promised'})}",
        "open": count_words(found.open, COUNT_LIMIT),
        "open_url": _desk(of_tickets | {"view": "all"}),
        "overdue": count_words(found.overdue, COUNT_LIMIT),
        "overdue_url": _desk(of_tickets | {"view": "overdue"}),
        "causes": [
            {
                "name": cause.name,
                "n": cause.n,
                "share": percent_of(cause.n, found.with_cause),
                "url": _desk(of_period | {"view": "any", "group": DETRACTOR, "cause": cause.slug}),
            }
            for cause in found.causes
        ],
        "with_cause": found.with_cause,
    }


def change_words(change: Change | None) -> dict[str, str]:
    """The change as a figure and as a sentence that says whether it is more than noise."""
    if change is None:
        return {"figure": "–", "words": _("There is nothing to compare it with."), "kind": ""}
    figure = with_sign(*telling(change.change, is_noise=change.is_noise))
    ends = {
        name: signed(*telling(end, is_noise=change.is_noise))
        for name, end in (("low", change.low), ("high", change.high))
    }
    if change.is_noise:
        words, kind = _("Within the noise: the change lies between %(low)s and %(high)s points."), "noise"
    elif change.change > 0:
        words, kind = _("Better, and more than noise: between %(low)s and %(high)s points."), "better"
    else:
        words, kind = _("Worse, and more than noise: between %(low)s and %(high)s points."), "worse"
    return {"figure": figure, "words": words % ends, "kind": kind}


def with_sign(points: float, places: int = 0) -> str:
    """Points of a change, rounded: +3, −2, or 0."""
    sign = "+" if round(points, places) > 0 else ""
    return sign + signed(points if round(points, places) else 0, places)


def span_of(period: Period) -> str:
    """From one day to another."""
    first, last = date_format(period.first, "DAY"), date_format(period.last, "DAY")
    return first if period.first == period.last else _("%(first)s to %(last)s") % {"first": first, "last": last}


def nps_words(figures: NpsFigures) -> dict[str, Any]:
    """An NPS with the ends of its interval and its n, as they are shown; a dash without answers."""
    n = figures.responses
    if figures.nps is None or figures.nps_low is None or figures.nps_high is None:
        return {"nps": "–", "low": "", "high": "", "n": n}
    return {"nps": signed(figures.nps), "low": signed(figures.nps_low), "high": signed(figures.nps_high), "n": n}


def _days(period: Period) -> dict[str, str]:
    return {"from": period.first.isoformat(), "to": period.last.isoformat()}


def _desk(query: dict[str, Any]) -> str:
    return f"{reverse('followup:desk')}?{urlencode(query)}"

"""The figures of recovery in words: numbers, names of groups, and what each says."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from followup.insights.estimates.shares import Estimate, Share
from followup.insights.estimates.survival import Retained
from followup.insights.figures.words import telling
from followup.insights.recovery.facts import BUCKETS, IN_TIME, LATE, NEVER_REACHED, NOT_CONTACTED, UNTOUCHED
from followup.presentation.wording import percent, rounded, span

HIDDEN = gettext_lazy("fewer than 10, or hidden beside such a group")
KEPT_NAMES = {
    IN_TIME: gettext_lazy("Contacted in time"),
    LATE: gettext_lazy("Contacted late"),
    NOT_CONTACTED: gettext_lazy("Not contacted"),
}
CHANGED_NAMES = {
    "contacted": gettext_lazy("Contacted"),
    "never_reached": gettext_lazy("Tried, never reached"),
    "untouched": gettext_lazy("Never tried"),
}


def speed_name(place: int) -> str:
    """A group by hours to the first contact, such as "4 to 24 hours"."""
    if place == NEVER_REACHED:
        return _("Tried, never reached")
    if place == UNTOUCHED:
        return _("Never tried")
    low, high = BUCKETS[place]
    if high is None:
        return _("After more than %(n)d hours") % {"n": low}
    if low == 0:
        return _("Within %(n)d hours") % {"n": high}
    return _("%(low)d to %(high)d hours") % {"low": low, "high": high}


def _whole(value: float) -> str:
    return str(round(value)).replace("-", "−")


def share_words(share: Share | Retained | None) -> str:
    """A share with its interval and what it is of: "54 % (41–67), n 56"."""
    if share is None:
        return pgettext("a figure", "too few")
    if share.share is None or share.low is None or share.high is None:
        return _("none yet")
    return _("%(share)s (%(low)s–%(high)s), n %(n)s") % {
        "share": percent(share.share), "low": _whole(100 * share.low), "high": _whole(100 * share.high),
        "n": rounded(share.of),
    }  # fmt: skip


def points(value: float, places: int = 0) -> str:
    """A difference with its sign: "+12", "−0.4"."""
    return ("−" if round(value, places) < 0 else "+") + rounded(abs(value), places)


def estimate_words(found: Estimate | None, *, scale: float = 100, places: int = 0) -> str:
    """A difference with its interval and n: "+12 (3 to 21), n 340"."""
    if found is None:
        return pgettext("a figure", "too few")
    value, low, high = (
        points(*telling(scale * one, is_noise=found.is_noise, places=places))
        for one in (found.value, found.low, found.high)
    )
    return _("%(value)s (%(low)s to %(high)s), n %(n)s") % {
        "value": value, "low": low, "high": high, "n": rounded(found.n),
    }  # fmt: skip


def says_noise(found: Estimate) -> bool:
    """Whether no difference at all would be as likely: the interval holds 0."""
    return found.low <= 0 <= found.high


def length(found: timedelta | None) -> str:
    """A length of time, or a dash."""
    return span(found) if found is not None else "–"


def score(value: float | None) -> str:
    """A mean score with one decimal."""
    return rounded(value, 1) if value is not None else "–"

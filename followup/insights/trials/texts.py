"""A trial in words: what it needs, what came out, and what that cannot say."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from followup.insights.estimates.shares import has_zero
from followup.insights.figures.words import telling
from followup.insights.trials.estimate import BETTER, UNCLEAR, WORSE, Comparison, Side
from followup.playbooks.trials.models import Trial
from followup.presentation.wording import percent, rounded

_DRAWS = 1000


def points(share: float, *, is_noise: bool) -> str:
    """A difference of shares as "+12" or "−3"."""
    value, places = telling(100 * share, is_noise=is_noise)
    sign = "+" if round(value, places) > 0 else "−" if round(value, places) < 0 else ""
    return sign + rounded(abs(value), places)


def headline(found: Comparison) -> str:
    """The result in one sentence."""
    if found.difference is None:
        return _("This trial could not tell: one of the versions drew nobody.")
    size = abs(round(100 * found.difference))
    values = {"b": percent(found.b.share), "a": percent(found.a.share), "points": size}
    if found.verdict == BETTER:
        return _("With the change more customers came back: %(b)s instead of %(a)s, %(points)d points more.") % values
    if found.verdict == WORSE:
        return _("With the change fewer customers came back: %(b)s instead of %(a)s, %(points)d points fewer.") % values
    return _("This trial could not tell whether the change helps: %(b)s came back with it, %(a)s without.") % values


def explained(found: Comparison, trial: Trial) -> Iterator[str]:
    """What the headline rests on, sentence by sentence."""
    if found.difference is None:
        return
    is_noise = has_zero(found.low, found.high)
    span = {"low": points(found.low, is_noise=is_noise), "high": points(found.high, is_noise=is_noise)}
    yield _("The true difference lies, with 95 %% certainty, between %(low)s and %(high)s points.") % span
    times = round(found.p * _DRAWS)
    if times:
        words = _(
            "If the versions did not differ, the coin alone would make such a difference in %(n)d of 1,000 trials."
        )
        yield words % {"n": times}
    else:
        yield _(
            "If the versions did not differ, the coin alone would make such a difference in under 1 of 1,000 trials."
        )
    if found.verdict != UNCLEAR:
        return
    if found.a.n + found.b.n < trial.size:
        words = _("It drew %(n)d customers of the %(size)d that it needed; small effects need more.")
        yield words % {"n": found.a.n + found.b.n, "size": trial.size}
    if found.high < trial.effect / 100:
        words = _("An effect of %(effect)d points, for which it was made, is unlikely.")
    else:
        words = _("An effect of %(effect)d points, for which it was made, is still possible.")
    yield words % {"effect": trial.effect}


def limits(found: Comparison, trial: Trial) -> Iterator[str]:
    """What the figures cannot say."""
    a, b = found.a, found.b
    yield _("Everybody counts in the version that they drew, whether or not it was carried out. "
            "So this is what choosing a version does, not what carrying it out to the letter would.")  # fmt: skip
    words = _("Who gave no second score counts as not come back. As it is %(a)s answered again, with the change %(b)s.")
    yield words % {"a": _of(a.answered, a.n), "b": _of(b.answered, b.n)}
    if _differs(a, b):
        yield _("Part of the difference may be that one version makes more customers answer.")
    yield _("It holds for these scores and surveys, and for that time. "
            "It does not say why, nor whether the customers stay.")  # fmt: skip
    yield _("Colleagues knew which play they worked by: a coin cannot blind them.")


def _of(hits: int, n: int) -> str:
    return _("%(hits)d of %(n)d") % {"hits": hits, "n": n}


def _differs(a: Side, b: Side) -> bool:
    """Whether the shares that answered again are 5 points or more apart."""
    return bool(a.n and b.n) and abs(a.answered / a.n - b.answered / b.n) >= 0.05


@dataclass(frozen=True, slots=True)
class Range:
    """Where a difference and its interval stand in a picture from `-most` to `most`, in tenths of a per cent."""

    low: int
    high: int
    middle: int
    most: int  # points at the edges

    @classmethod
    def of(cls, found: Comparison) -> "Range | None":
        """None without a difference."""
        if found.difference is None:
            return None
        most = max(10, -(-round(100 * max(abs(found.low), abs(found.high))) // 10) * 10)

        def place(share: float) -> int:
            return round(500 + 500 * 100 * share / most)

        return cls(place(found.low), place(found.high), place(found.difference), most)

    @property
    def width(self) -> int:
        return self.high - self.low

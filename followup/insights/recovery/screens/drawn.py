"""The pictures of recovery: by speed, compared, before and after, still a customer."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from followup.insights.pictures.curves import Axis, Line, Point, curves
from followup.insights.pictures.drawing import Picture
from followup.insights.pictures.intervals import Guide, Row, Scale, around_zero, intervals
from followup.insights.recovery.facts import RETAINED_DAYS
from followup.insights.recovery.figures import Recovery
from followup.insights.recovery.screens import texts
from followup.presentation.wording import percent, rounded

PERCENT = Scale(0, 1, [(tick / 100, percent(tick / 100)) for tick in (0, 25, 50, 75, 100)])


def by_speed(found: Recovery, notes: Sequence[str] = ()) -> Picture | None:
    """The share recovered by hours to the first contact; None without a second score."""
    if not found.recovered.of:
        return None
    rows = [
        Row(texts.speed_name(one.place), texts.share_words(one.share), one.share.share, one.share.low, one.share.high,
            is_other=one.place == found.untouched.place)
        if one.share is not None and one.share.share is not None
        else Row(texts.speed_name(one.place), texts.share_words(one.share))
        for one in found.speeds
    ]  # fmt: skip
    by_itself = Guide(found.drift.share, _("what comes back without a call: %(n)s") % {"n": percent(found.drift.share)})
    return intervals(
        rows, PERCENT, title=_("Recovered, by hours to the first contact"), guides=[by_itself], notes=notes,
        description=_("Share of customers whose second score is 7 or more, with its 95 per cent interval. The table "
                      "beside it has the same figures."),
    )  # fmt: skip


def compared(found: Recovery, notes: Sequence[str] = ()) -> Picture | None:
    """The difference to the untouched, or to the late, among alike customers; None without one to compare."""
    rows = [
        Row(texts.speed_name(one.place), texts.estimate_words(one.compared), one.compared.value, one.compared.low,
            one.compared.high)
        for one in found.speeds if one.compared is not None
    ]  # fmt: skip
    if not rows or found.against is None:
        return None
    against = texts.speed_name(found.against)
    return intervals(
        rows, around_zero(rows, texts.points), title=_("Against customers of the group “%(name)s”") % {"name": against},
        guides=[Guide(0, _("no difference"))], notes=notes,
        description=_("Difference of the share recovered, in points, among customers of the same score, value and "
                      "quarter, with its 95 per cent interval."),
    )  # fmt: skip


def before_and_after(found: Recovery, notes: Sequence[str] = ()) -> Picture | None:
    """How much scores rose, for those contacted and the others; None without pairs."""
    rows = []
    for one in found.changed:
        pairs = one.pairs
        if pairs is None or pairs.change is None or pairs.low is None or pairs.high is None:
            continue
        words = _("%(before)s → %(after)s, n %(n)s") % {
            "before": texts.score(pairs.before), "after": texts.score(pairs.after), "n": rounded(pairs.n),
        }  # fmt: skip
        rows.append(Row(str(texts.CHANGED_NAMES[one.name]), words, pairs.change, pairs.low, pairs.high))
    if not rows:
        return None
    scale = Scale(-2, 8, [(tick, texts.points(tick) if tick else "0") for tick in (-2, 0, 2, 4, 6, 8)])
    by_itself = _("what comes back without a call: %(n)s") % {"n": texts.points(found.drift.points, 1)}
    return intervals(
        rows, scale, title=_("How much scores rose, in points"), notes=notes,
        guides=[Guide(found.drift.points, by_itself)],
        description=_("Mean change from the first score to the second of the same customers, with its 95 per cent "
                      "interval."),
    )  # fmt: skip


def still_customers(found: Recovery, notes: Sequence[str] = ()) -> Picture | None:
    """Survival curves over 90 days by whether the contact came in time; None where churn is not recorded."""
    if found.retained is None or found.retained.share is None:
        return None
    lines = [
        Line(
            f"{texts.KEPT_NAMES[one.kept]}: {texts.share_words(one.retained)}",
            [Point(0, 1, 1, 1), *(Point(s.day, s.share, s.low, s.high) for s in one.curve),
             Point(RETAINED_DAYS, one.retained.share, one.retained.low, one.retained.high)],
            is_step=True,
        )
        for one in found.by_kept if one.retained is not None and one.retained.share is not None
    ]  # fmt: skip
    if not lines:
        whole = found.retained
        lines = [Line(f"{_('All')}: {texts.share_words(whole)}",
                      [Point(0, 1, 1, 1), *(Point(s.day, s.share, s.low, s.high) for s in found.curve),
                       Point(RETAINED_DAYS, whole.share or 0, whole.low, whole.high)], is_step=True)]  # fmt: skip
    return curves(
        lines, Axis(0, RETAINED_DAYS, [(day, str(day)) for day in (0, 15, 30, 45, 60, 75, 90)]),
        Axis(0, 1, PERCENT.ticks), title=_("Still a customer"), below=_("days after the answer"), notes=notes,
        description=_("Share of unhappy customers who had not left after so many days, with its 95 per cent interval. "
                      "Customers whose 90 days are not over count as long as they could be watched."),
    )  # fmt: skip


PICTURES: dict[str, Callable[[Recovery, Sequence[str]], Picture | None]] = {
    "speed": by_speed,
    "compared": compared,
    "before-and-after": before_and_after,
    "still-customers": still_customers,
}

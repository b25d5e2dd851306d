"""The picture of fair play: how far each share is from that of the others."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from followup.insights.fairplay.checks import Finding, Verdict
from followup.insights.fairplay.words import ABOUT
from followup.insights.pictures.drawing import Picture
from followup.insights.pictures.intervals import Guide, Row, around_zero, intervals
from followup.insights.recovery.screens.texts import estimate_words, points


def differences(findings: Sequence[Finding], notes: Sequence[str] = ()) -> Picture | None:
    """A line for each check that compares two groups; None without any."""
    rows = [
        Row(str(ABOUT[one.check].title), estimate_words(one.difference), one.difference.value, one.difference.low,
            one.difference.high, is_other=one.verdict != Verdict.MORE)
        for one in findings if one.difference is not None
    ]  # fmt: skip
    if not rows:
        return None
    return intervals(
        rows, around_zero(rows, points), title=_("Fair play: the difference to the others, in points"),
        guides=[Guide(0, _("no difference"))], notes=notes,
        description=_("Difference of two shares for each check, in points, with its 95 per cent interval. A full dot "
                      "is more than chance gives, a ring is not."),
    )  # fmt: skip

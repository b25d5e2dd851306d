"""The pictures about the silent: the way in steps, answers by group, and three NPS one below the other."""

from collections.abc import Sequence

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from followup.insights.overview.pictures import bounds, steps
from followup.insights.pictures.columns import Column, columns
from followup.insights.pictures.drawing import Picture
from followup.insights.pictures.intervals import Guide, Row, Scale, intervals
from followup.insights.recovery.screens.drawn import PERCENT
from followup.insights.recovery.screens.texts import share_words
from followup.insights.silence.calls.progress import Finding
from followup.insights.silence.figures.funnel import Steps
from followup.insights.silence.figures.rates import Rates
from followup.insights.silence.figures.weighing import Weighed
from followup.insights.silence.screens import texts
from followup.presentation.wording import percent, signed

MOST = 20  # groups that are drawn, the most silent


def funnel(found: Steps, notes: Sequence[str] = ()) -> Picture | None:
    """How many came how far; None where nobody was asked. What nobody knows of a link is left out."""
    if not found.asked:
        return None
    shown = [name for name in texts.STEPS if name != "delivered" or (found.delivered and found.mailed == found.asked)]
    bars = [Column(str(texts.SHORT[name]), getattr(found, name), _number(getattr(found, name))) for name in shown]
    said = ", ".join(f"{texts.STEPS[name]}: {_number(getattr(found, name))}" for name in shown)
    return columns(bars, title=_("From being asked to being recovered"), description=said, notes=notes)


def _number(n: int) -> str:
    return number_format(n, force_grouping=True)


def rates(found: Rates, by: str, notes: Sequence[str] = ()) -> Picture | None:
    """The share that answered, of each group that is shown; None without one."""
    rows = [
        Row(texts.group_name(row.name), share_words(row.rate), row.rate.share, row.rate.low, row.rate.high)
        for row in found.rows if row.rate is not None and row.rate.of
    ][:MOST]  # fmt: skip
    if not rows or found.whole.share is None:
        return None
    whole = Guide(found.whole.share, _("all: %(share)s") % {"share": percent(found.whole.share)})
    return intervals(
        rows, PERCENT, title=_("Answered, by %(what)s") % {"what": by}, guides=[whole], notes=notes,
        description=_("Share of those asked who answered, with its 95 per cent interval, the most silent group first. "
                      "The table beside it has the same figures."),
    )  # fmt: skip


def weighed(found: Weighed, notes: Sequence[str] = ()) -> Picture | None:
    """The plain NPS and the weighed one; None where there is none."""
    plain, nps = found.plain, found.nps
    if nps is None or plain.nps is None or plain.nps_low is None or plain.nps_high is None:
        return None
    rows = [
        Row(_("As it was answered"), texts.nps_words(plain), plain.nps, plain.nps_low, plain.nps_high, is_other=True),
        Row(_("Weighted to your customers"), texts.estimate_words(nps), nps.value, nps.low, nps.high),
    ]
    return _points(rows, _("NPS, plain and weighted"), notes)


def of_list(found: Finding, notes: Sequence[str] = ()) -> Picture | None:
    """Those who answered, the silent who were called, and all who were asked; None with too few calls."""
    one, called, whole = found.by_answers, found.of_called, found.whole
    if called is None or whole is None:
        return None
    rows = [
        Row(name, texts.nps_words(figures), figures.nps, figures.nps_low, figures.nps_high, is_other=True)
        for name, figures in ((_("Had answered"), one), (_("Silent, and called"), called)) if figures.nps is not None
    ]  # fmt: skip
    rows.append(Row(_("All who were asked"), texts.estimate_words(whole), whole.value, whole.low, whole.high))
    return _points(rows, _("NPS of those who answered, and of all"), notes)


def _points(rows: Sequence[Row], title: str, notes: Sequence[str]) -> Picture:
    low, high = bounds([row.low or 0.0 for row in rows], [row.high or 0.0 for row in rows])
    scale = Scale(low, high, [(value, signed(value)) for value in steps(low, high)])
    said = ", ".join(f"{row.label}: {row.words}" for row in rows)
    return intervals(rows, scale, title=title, description=said, notes=notes)

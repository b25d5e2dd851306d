"""The pictures of money: what unhappy customers are worth, what of it stayed, and what gestures bought."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from followup.insights.pictures.columns import Column, columns
from followup.insights.pictures.drawing import Picture
from followup.insights.pictures.intervals import Guide, Row, around_zero, intervals
from followup.insights.recovery.screens.drawn import PERCENT
from followup.insights.recovery.screens.texts import estimate_words, points, share_words
from followup.insights.risk.money.gestures import NOTHING, Gestures
from followup.insights.risk.money.stakes import Stake, Stakes
from followup.insights.risk.screens import words
from followup.presentation.wording import amount, rounded

MOST = 12  # causes that are drawn, those worth most


@dataclass(frozen=True, slots=True)
class Money:
    """What is drawn; `names` of root causes by id."""

    stakes: Stakes
    gestures: Gestures
    currency: str
    names: dict[int | None, str]


def worth_by_score(found: Money, notes: Sequence[str] = ()) -> Picture | None:
    """What the customers of each score are worth; None where nobody's worth is known."""
    shown = [line for line in found.stakes.by_score if not line.is_hidden]
    if not any(line.value for line in shown):
        return None
    title = _("Worth a year, by score")
    if found.currency:
        title = f"{title} ({found.currency})"
    return columns(
        [Column(str(line.key), float(line.value), short(line.value), "bar-detractor") for line in shown],
        title=title, notes=notes,
        description=", ".join(f"{line.key}: {amount(line.value)}" for line in shown),
    )  # fmt: skip


def short(value: Decimal) -> str:
    """A sum in few characters: "840", "49 k", "1.2 M"."""
    if value >= 10**6:
        return _("%(n)s M") % {"n": rounded(value / 10**6, 1)}
    if value >= 10**4:
        return _("%(n)s k") % {"n": rounded(value / 1000)}
    return amount(value)


def kept_by_score(found: Money, notes: Sequence[str] = ()) -> Picture | None:
    """The share of customers that stayed, by score."""
    pairs = [(_("Score %(score)s") % {"score": line.key or 0}, line) for line in found.stakes.by_score]
    return _kept(found, pairs, notes, _("Still a customer after 90 days, by score"))


def kept_by_cause(found: Money, notes: Sequence[str] = ()) -> Picture | None:
    """The same by root cause, those worth most."""
    pairs = [(found.names.get(line.key, ""), line) for line in found.stakes.by_cause if line.share is not None]
    return _kept(found, pairs[:MOST], notes, _("Still a customer after 90 days, by root cause"))


def _kept(found: Money, pairs: Sequence[tuple[str, Stake]], notes: Sequence[str], title: str) -> Picture | None:
    rows = [
        Row(name, share_words(line.share), line.share.share, line.share.low, line.share.high)
        for name, line in pairs
        if line.share is not None and line.share.share is not None and not line.is_hidden
    ]
    if not rows:
        return None
    whole = found.stakes.whole.share
    if whole is not None:
        rows.append(Row(_("All"), share_words(whole), whole.share, whole.low, whole.high, is_other=True))
    return intervals(
        rows, PERCENT, title=title, notes=notes,
        description=_("Share of unhappy customers who had not left after 90 days, with its 95 per cent interval. The "
                      "table beside it has the same figures."),
    )  # fmt: skip


def gestures(found: Money, notes: Sequence[str] = ()) -> Picture | None:
    """How much more often customers recover who were given something, among alike ones."""
    groups = [one for one in (*found.gestures.groups, found.gestures.any) if one.dose != NOTHING]
    rows = [
        Row(words.group_name(one, found.gestures), estimate_words(one.compared), one.compared.value, one.compared.low,
            one.compared.high)
        for one in groups if one.compared is not None
    ]  # fmt: skip
    if not rows:
        return None
    return intervals(
        rows, around_zero(rows, points), title=_("Recovered more often than alike customers who got nothing"),
        guides=[Guide(0, _("no difference"))], notes=notes,
        description=_("Difference of the share recovered, in points, among customers of the same score, value and "
                      "quarter, with its 95 per cent interval."),
    )  # fmt: skip


PICTURES: dict[str, Callable[[Money, Sequence[str]], Picture | None]] = {
    "worth": worth_by_score,
    "kept": kept_by_score,
    "causes": kept_by_cause,
    "gestures": gestures,
}

"""The ranking of root causes in words, as its page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from followup.insights.causes.ranking import Ranking, Row
from followup.insights.estimates.small_groups import LEAST
from followup.insights.figures.words import points
from followup.insights.themes.tagged import Tagged
from followup.presentation.sparkline import count_line
from followup.presentation.wording import money, percent, worth
from nps_project.common.text import in_language


@dataclass(frozen=True, slots=True)
class Line:
    """One root cause as the page draws it."""

    row: Row
    name: str
    n: str
    url: str
    share: str
    trend: str
    direction: str  # up, down, or empty within the noise
    trend_detail: str
    months: str
    value: str
    customers: str
    gestures: str
    gestures_url: str
    cost: str
    recovered: str
    recovered_url: str


def name_of(row: Row) -> str:
    """The cause's name in the reader's language, after that of what it is part of."""
    own = in_language(row.names)
    return f"{in_language(row.parent_names)}: {own}" if row.parent_names else own


def lines_of(ranking: Ranking, chosen: Mapping[str, str]) -> list[Line]:
    """A line for each cause that is not hidden. `chosen`: the filters of the page, as its address has them."""
    return [_line(row, ranking, chosen) for row in ranking.shown]


def _line(row: Row, ranking: Ranking, chosen: Mapping[str, str]) -> Line:
    url = tickets_url(ranking, chosen, cause=row.slug)
    second = tickets_url(ranking, chosen, cause=row.slug, second="any")
    gave = tickets_url(ranking, chosen, cause=row.slug, gave="true")
    trend, direction = trend_of(row)
    return Line(
        row=row, name=name_of(row), n=number_format(row.n, force_grouping=True), url=url,
        share=percent(row.share.share or 0.0), trend=trend, direction=direction, trend_detail=_detail(row, ranking),
        months=count_line(row.months),
        value=worth(row.value, ranking.currency) if row.value is not None else "",
        customers=_customers(row.customers),
        gestures=number_format(row.gestures, force_grouping=True) if row.gestures else "", gestures_url=gave,
        cost=cost_of(row.sums or ()),
        recovered=_("%(n)s of %(of)s") % {"n": row.recovered.n, "of": row.recovered.of}
        if row.is_recovery_known else "",
        recovered_url=second,
    )  # fmt: skip


def _customers(n: int | None) -> str:
    if n is None:
        return _("fewer than %(n)d customers, or hidden beside so few") % {"n": LEAST}
    return ngettext("%(n)s customer", "%(n)s customers", n) % {"n": number_format(n, force_grouping=True)}


def tickets_url(ranking: Ranking, chosen: Mapping[str, str], **more: str) -> str:
    """The desk with the tickets behind a number."""
    kept = {name: chosen[name] for name in ("survey", "team", "owner") if name in chosen}
    days = {"from": ranking.period.first.isoformat(), "to": ranking.period.last.isoformat()}
    return f"{reverse('followup:desk')}?{urlencode({'view': 'any', **kept, **days, **more})}"


def trend_of(row: Row) -> tuple[str, str]:
    """Whether its share grew, in a few words, and the direction."""
    if row.was_hidden:
        return _("fewer than %(n)d before") % {"n": LEAST}, ""
    if row.trend is None:
        return _("nothing to compare with"), ""
    change = points(row.trend.value, is_noise=row.trend.is_noise)
    if row.trend.is_noise:
        return _("%(points)s, within the noise") % {"points": change}, ""
    words = _("grew by %(points)s") if row.trend.value > 0 else _("fell by %(points)s")
    return words % {"points": change.lstrip("+−±")}, "up" if row.trend.value > 0 else "down"


def _detail(row: Row, ranking: Ranking) -> str:
    """What the trend rests on."""
    if row.trend is None:
        return ""
    return _("before: %(share)s of %(of)s; the change lies between %(low)s and %(high)s") % {
        "share": percent(row.before.share or 0.0), "of": number_format(ranking.before, force_grouping=True),
        "low": points(row.trend.low, is_noise=row.trend.is_noise),
        "high": points(row.trend.high, is_noise=row.trend.is_noise),
    }  # fmt: skip


def suggested_lines(rows: Sequence[Tagged]) -> list[tuple[str, str]]:
    """(cause, "12 answers") for each cause that the words of other answers suggest."""
    return [
        (in_language(row.names), ngettext("%(n)s answer", "%(n)s answers", row.n)
         % {"n": number_format(row.n, force_grouping=True)})
        for row in rows
        if row.n is not None
    ]  # fmt: skip


def cost_of(sums: Sequence[tuple[str, Decimal]]) -> str:
    """What was given, by currency: "120.00 EUR, 700.00 DKK"."""
    return ", ".join(money(amount, currency).strip() for currency, amount in sums)

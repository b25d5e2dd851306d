"""Silent risk as tables for spreadsheets: the customers, and every figure of money in a row of its own, unrounded."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from followup.insights.estimates.shares import Estimate, Share
from followup.insights.estimates.survival import Retained
from followup.insights.risk.customers import not_in_hand
from followup.insights.risk.models import SINCE, AtRisk, AtRiskQuerySet
from followup.insights.risk.money.gestures import Gestures
from followup.insights.risk.money.stakes import Stake
from followup.insights.risk.screens.drawn import Money
from nps_project.common.dates import company_day
from nps_project.common.tables import AT_ONCE, in_pages

HEAD = ("figure", "group", "value", "low", "high", "n", "of", "money", "currency")


def customer_pages(rows: AtRiskQuerySet, currency: str) -> Iterator[list[list[object]]]:
    """The customers, the head first, in the order of the list."""
    head: list[object] = [
        _("Customer"), _("E-mail address"), _("Phone"), _("Company"), _("Value a year"), _("Currency"), _("Why"),
        _("Since"), _("Times asked"), _("Score before"), _("Last score"), _("Last answer"),
    ]  # fmt: skip
    rows = not_in_hand(rows).in_order().select_related("contact", "contact__company", "response")
    rows = rows.defer("contact__search_vector", "response__search_vector", "response__comment")
    return in_pages(head, (_customer(row, currency) for row in rows.iterator(chunk_size=AT_ONCE)))


def _customer(row: AtRisk, currency: str) -> list[object]:
    contact, answer = row.contact, row.response
    since = min(at for at in (getattr(row, SINCE[reason]) for reason in row.reasons))
    return [
        contact.name, contact.email or "", contact.phone, contact.company.name if contact.company else "",
        contact.value if contact.value is not None else "", currency, ", ".join(one.value for one in row.reasons),
        company_day(since).isoformat(), row.asks or "", "" if row.score_before is None else row.score_before,
        answer.score if answer else "", company_day(answer.answered_at).isoformat() if answer else "",
    ]  # fmt: skip


def figure_rows(found: Money) -> Iterator[list[object]]:
    """The head, then every figure. A hidden one has no numbers; shares are 0 to 1."""
    yield [*HEAD]
    yield from _stake("unhappy_customers", "", found.stakes.whole, found.currency)
    for line in found.stakes.by_score:
        yield from _stake("unhappy_customers_by_score", str(line.key), line, found.currency)
    for line in found.stakes.by_cause:
        yield from _stake("unhappy_customers_by_cause", found.names.get(line.key, ""), line, found.currency)
    yield from _gestures(found.gestures)


def _stake(name: str, group: str, line: Stake, currency: str) -> Iterator[list[object]]:
    if line.is_hidden:
        yield [name, group, *[""] * (len(HEAD) - 2)]
        return
    yield [name, group, "", "", "", line.n, "", line.value, currency]
    yield [f"{name}_retained_at_90", group, *_of_share(line.share), "", ""]
    for part, found in (("stayed", line.stayed), ("lost", line.lost), ("open", line.open)):
        yield [
            f"{name}_{part}",
            group,
            "",
            "",
            "",
            found.n,
            line.n,
            "" if found.value is None else found.value,
            currency,
        ]


def _gestures(found: Gestures) -> Iterator[list[object]]:
    names = ("nothing", "up_to_median", "above_median", "something")
    for name, group in zip(names, (*found.groups, found.any), strict=True):
        yield ["recovered_by_gesture", name, *_of_share(group.recovered),
               "" if group.mean is None else round(group.mean, 2), found.currency]  # fmt: skip
        yield ["difference_among_alike", name, *_of_estimate(group.compared), "", ""]
        yield ["recovered_per_100", name, *_of_estimate(group.per_units), "", found.currency]


def _of_share(share: Share | Retained | None) -> list[object]:
    if share is None or share.share is None:
        return [""] * 5
    return [share.share, share.low, share.high, share.n, share.of]


def _of_estimate(found: Estimate | None) -> list[object]:
    return [found.value, found.low, found.high, found.n, ""] if found else [""] * 5

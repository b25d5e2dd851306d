"""Silent risk in words: why somebody is at risk, what they are worth, what stayed and what a gesture bought."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from followup.insights.estimates.survival import Retained
from followup.insights.recovery.screens.texts import estimate_words, says_noise, share_words
from followup.insights.risk.customers import CompanyLine, Counts, cursor_of
from followup.insights.risk.models import AtRisk, Reason
from followup.insights.risk.money.gestures import LARGE, NOTHING, SMALL, UNITS, Gestures, Group
from followup.insights.risk.money.stakes import Part, Stake
from followup.presentation.wording import money, worth
from nps_project.common.dates import company_day
from nps_project.common.paging import address

GROUPS = {
    NOTHING: gettext_lazy("Nothing was given"),
    SMALL: gettext_lazy("Up to %(sum)s"),
    LARGE: gettext_lazy("More than %(sum)s"),
    None: gettext_lazy("All who were given something"),
}


def day(at: datetime) -> str:
    """A day of the company's zone."""
    return date_format(company_day(at), "DAY")


def why(row: AtRisk) -> list[str]:
    """A few words for each reason."""
    return [_REASONS[reason](row) for reason in row.reasons]


def _silent(row: AtRisk) -> str:
    words = ngettext(
        "asked %(n)d time since %(day)s, without an answer", "asked %(n)d times since %(day)s, without an answer",
        row.asks,
    )  # fmt: skip
    return words % {"n": row.asks, "day": _day_of(row.silent_since)}


def _fell(row: AtRisk) -> str:
    score = row.response.score if row.response else 0
    return _("from %(before)d to %(score)d on %(day)s") % {
        "before": row.score_before or 0, "score": score, "day": _day_of(row.fell_at),
    }  # fmt: skip


def _day_of(at: datetime | None) -> str:
    return day(at) if at else ""


_REASONS: dict[Reason, Any] = {
    Reason.SILENT: _silent,
    Reason.BOUNCED: lambda row: _("mail came back on %(day)s") % {"day": _day_of(row.bounced_at)},
    Reason.UNSUBSCRIBED: lambda row: _("unsubscribed on %(day)s") % {"day": _day_of(row.unsubscribed_at)},
    Reason.FELL: _fell,
}


def worth_a_year(value: Decimal, currency: str) -> str:
    """What is worth so much a year; a dash where nobody knows."""
    return worth(value, currency) if value else "–"


def customer_line(row: AtRisk, currency: str, *, may_act: bool) -> dict[str, Any]:
    """A customer as the list shows them. `may_act`: whether the reader may open tickets and answer by phone."""
    contact = row.contact
    return {
        "row": row,
        "name": str(contact),
        "company": contact.company.name if contact.company else "",
        "worth": worth_a_year(-row.rank, currency),
        "why": why(row),
        "is_not_to_be_contacted": contact.do_not_contact,
        "answer_url": reverse("followup:answer", args=[row.response_id]) if row.response_id else "",
        "open_url": reverse("risk:open", args=[contact.pk]) if may_act and row.response_id else "",
        "phone_url": reverse("campaigns:by_phone", args=[contact.pk]) if may_act and not row.response_id else "",
        "cursor": cursor_of(row),
    }


def company_line(line: CompanyLine, currency: str, query: QueryDict) -> dict[str, Any]:
    """A company as the list shows it; its number leads to its people."""
    return {
        "id": line.id,
        "name": line.name,
        "worth": worth_a_year(line.value, currency),
        "n": _("%(n)d of %(of)d") % {"n": line.n, "of": line.contacts},
        "url": address(query, by=None, company=str(line.id)),
        "why": [f"{reason.label}: {n}" for reason, n in line.by_reason.items() if n],
    }


def reason_lines(counts: Counts, currency: str, query: QueryDict) -> list[dict[str, Any]]:
    """The customers of each reason, with the address that lists them alone."""
    return [
        {
            "label": reason.label,
            "n": tally.n,
            "worth": worth_a_year(tally.value, currency),
            "url": address(query, reason=reason.value),
            "is_current": query.get("reason") == reason.value,
        }
        for reason, tally in counts.by_reason.items()
    ]


def stake_line(line: Stake, name: str, currency: str) -> dict[str, Any]:
    """A score or a cause as the tables show it; without figures where it is hidden."""
    if line.is_hidden:
        return {"name": name, "is_hidden": True}
    return {
        "name": name,
        "is_hidden": False,
        "n": line.n,
        "worth": worth_a_year(line.value, currency),
        "share": kept_words(line.share),
        "parts": [_part(part, currency) for part in (line.stayed, line.lost, line.open)],
    }


def kept_words(share: Retained | None) -> str:
    """The share that stayed, with its interval."""
    return share_words(share) if share is not None else "–"


def _part(part: Part, currency: str) -> tuple[int, str]:
    """A count, and the money behind it, which may be hidden."""
    return part.n, "" if part.value is None else worth_a_year(part.value, currency)


def group_name(group: Group, found: Gestures) -> str:
    """Such as "Up to 25.00 EUR"."""
    words = str(GROUPS[group.dose])
    middle = "…" if found.middle is None else money(found.middle, found.currency)
    return words % {"sum": middle} if "%(" in words else words


def group_line(group: Group, found: Gestures) -> dict[str, Any]:
    """Customers who were given as much, as the table shows them."""
    return {
        "name": group_name(group, found),
        "is_hidden": group.is_hidden,
        "mean": money(group.mean, found.currency) if group.mean else "–",
        "recovered": share_words(group.recovered) if group.recovered else pgettext("a figure", "too few"),
        "compared": estimate_words(group.compared) if group.compared else "–",
        "per_units": estimate_words(group.per_units, scale=1, places=1) if group.per_units else "–",
        "is_noise": group.compared is not None and says_noise(group.compared),
    }


def gesture_words(found: Gestures) -> str:
    """What a gesture bought, in a sentence."""
    group = found.any
    if group.compared is None:
        return _("Too few customers were given something, or nothing, to say what it buys.")
    if found.price is None:
        return _(
            "Customers who were given something recovered no more often than alike ones who were not, as far as can be "
            "told: the difference is within the noise."
        )  # fmt: skip
    return _("One more recovered customer for each %(sum)s given (between %(low)s and %(high)s).") % {
        "sum": _sum(found.price.value, found), "low": _sum(found.price.low, found),
        "high": _sum(found.price.high, found),
    }  # fmt: skip


def _sum(value: float, found: Gestures) -> str:
    return worth(Decimal(value), found.currency)


def units(found: Gestures) -> str:
    """The money to which recoveries are related: "100 EUR"."""
    return worth(Decimal(UNITS), found.currency)

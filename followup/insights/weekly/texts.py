"""The week as its mail says it, in the active language. Bars are cells of tables, as mail programs show them."""

from typing import Any

from django.conf import settings
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _

from followup.insights.weekly.figures import CauseOfWeek, Week
from followup.models import Ticket
from followup.notify.mails import ticket_url
from followup.presentation.wording import signed
from surveys.scoring import DETRACTOR, PASSIVE, PROMOTER, NpsFigures

_WHOLE = 100


def of_week(week: Week) -> dict[str, Any]:
    """What templates/emails/weekly takes."""
    return {
        "week": week,
        "nps": nps_words(week.nps),
        "groups": _groups(week.nps),
        "weeks": [(one.first_day, nps_words(one.nps), one.nps.responses) for one in week.weeks],
        "late": [_late(ticket) for ticket in week.late],
        "more_late": max(0, week.late_count - len(week.late)),
        "kept": round(_WHOLE * week.kept.met_share) if week.kept.met_share is not None else None,
        "causes": _causes(week),
        "growing": week.growing,
        "usual": usual_words(week.growing) if week.growing else "",
        "desk_url": f"{settings.SITE_URL}/desk/",
        "overdue_url": f"{settings.SITE_URL}/desk/?view=overdue",
        "settings_url": f"{settings.SITE_URL}/setup/me/",
    }


def nps_words(nps: NpsFigures) -> str:
    """ "−12, between −19 and −5"; "–" without answers."""
    if nps.nps is None or nps.nps_low is None or nps.nps_high is None:
        return "–"
    values = {"nps": signed(nps.nps), "low": signed(nps.nps_low), "high": signed(nps.nps_high)}
    return _("%(nps)s, between %(low)s and %(high)s") % values


def _groups(nps: NpsFigures) -> list[dict[str, Any]]:
    """The parts of the bar: whole per cents that add up, none of them for a group without answers."""
    parts = [
        (DETRACTOR, _("unhappy, 0 to 6"), nps.detractors), (PASSIVE, _("passive, 7 and 8"), nps.passives),
        (PROMOTER, _("promoters, 9 and 10"), nps.promoters),
    ]  # fmt: skip
    counted = [(name, words, n) for name, words, n in parts if n]
    widths = [max(1, round(_WHOLE * n / nps.responses)) for _name, _words, n in counted]
    if widths:
        widest = widths.index(max(widths))
        widths[widest] += _WHOLE - sum(widths)
    return [
        {"name": name, "words": words, "n": n, "width": width}
        for (name, words, n), width in zip(counted, widths, strict=True)
    ]


def _late(ticket: Ticket) -> dict[str, Any]:
    response = ticket.response
    who = response.reach_name or response.reach_email or _("without a name")
    return {
        "id": ticket.pk,
        "url": ticket_url(ticket),
        "score": ticket.score,
        "who": who,
        "owner": str(ticket.owner or ""),
    }


def _causes(week: Week) -> list[dict[str, Any]]:
    most = max((one.n for one in week.causes), default=1)
    return [
        {"name": one.cause.name, "n": one.n, "width": max(1, round(_WHOLE * one.n / most)),
         "rest": _WHOLE - max(1, round(_WHOLE * one.n / most))}
        for one in week.causes
    ]  # fmt: skip


def usual_words(cause: CauseOfWeek) -> str:
    """How many tickets name a cause in a usual week: "2.3"."""
    return floatformat(cause.usual, "-1g")

"""What the page of recovery shows, in words: each figure with the address of its tickets."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followup.insights.estimates.shares import has_zero, wilson
from followup.insights.figures.words import telling
from followup.insights.pictures.drawing import inside_page
from followup.insights.recovery.breakdown import Line
from followup.insights.recovery.facts import IN_TIME, LATE, NOT_CONTACTED
from followup.insights.recovery.figures import Recovery, Speed
from followup.insights.recovery.screens import drawn, listing, texts
from followup.models import Outcome, Ticket
from followup.presentation.wording import name_of, percent, when
from nps_project.accounts.models import User
from nps_project.common.paging import address

# Published practice on keeping an unhappy customer; a claim that the page lets a company check on its own.
CLAIMED = {IN_TIME: "82 %", LATE: "", NOT_CONTACTED: "9 %"}
_FIGURES = {
    "all": gettext_lazy("Tickets of the period"),
    "contacted": gettext_lazy("Contacted"),
    "in-time": gettext_lazy("Contacted in time"),
    "promised": gettext_lazy("Promises that have ended"),
    "asked-again": gettext_lazy("Asked again"),
    "answered-again": gettext_lazy("Answered again"),
    "second": gettext_lazy("With a second score"),
    "recovered": gettext_lazy("Recovered"),
    "passives": gettext_lazy("Became passive"),
    "promoters": gettext_lazy("Became promoter"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture on the page, and where it is to be had as a file."""

    drawing: SafeString
    svg_url: str
    png_url: str


@dataclass(frozen=True, slots=True)
class SpeedLine:
    """A line of the table of speeds, in words; `url` is empty where its tickets stay hidden."""

    name: str
    share: str
    recovered: str
    beyond: str
    compared: str
    is_noise: bool
    url: str


def figure_name(figure: str) -> str:
    """The name of one of listing.names()."""
    if figure.startswith("speed-"):
        return texts.speed_name(int(figure.removeprefix("speed-")))
    if figure.startswith("promise-"):
        return str(texts.KEPT_NAMES[int(figure.removeprefix("promise-"))])
    if figure.startswith("outcome-"):
        return str(Outcome(figure.removeprefix("outcome-")).label)
    return str(_FIGURES[figure])


def context(
    found: Recovery, lines: Sequence[Line], *, by: str, query: QueryDict, user: User, offered: Collection[str]
) -> dict[str, Any]:
    """Everything that the template prints; no query. `offered`: the groups that the page can be narrowed to."""
    listed = reverse("insights:recovery_tickets")
    urls = {
        name.replace("-", "_"): listed + address(query, figure=name, by=None)
        for name in listing.names()
        if listing.is_listed(name, user)
    }
    promises = found.promises
    return {
        "found": found,
        "urls": urls,
        "in_time": texts.share_words(wilson(promises.met, promises.n)),
        "in_time_short": percent(promises.met_share),
        "median": texts.length(found.median_first_contact),
        "p90": texts.length(found.p90_first_contact),
        "outcomes": [
            (Outcome(name).label, number, percent(number / found.n if found.n else None),
             urls.get(f"outcome_{name}", ""))
            for name, number in found.outcomes.items()
        ],
        "recovered": texts.share_words(found.recovered),
        "recovered_short": percent(found.recovered.share),
        "of_all": texts.share_words(found.of_all),
        "retained": texts.share_words(found.retained),
        "retained_short": percent(found.retained.share if found.retained else None),
        "speeds": [_speed_line(one, urls) for one in found.speeds],
        "against": texts.speed_name(found.against) if found.against is not None else "",
        "changed": [_changed_line(one.name, one.pairs) for one in found.changed]
        + [_changed_line("", found.pairs)],
        "drift_points": texts.points(found.drift.points, 1),
        "drift_share": percent(found.drift.share),
        "beyond": texts.estimate_words(found.beyond, scale=1, places=1) if found.beyond else "",
        "beyond_is_noise": found.beyond is not None and texts.says_noise(found.beyond),
        "by_kept": [
            (texts.KEPT_NAMES[one.kept], texts.share_words(one.recovered),
             texts.share_words(one.retained) if found.retained else "–", CLAIMED[one.kept],
             urls.get(f"promise_{one.kept}", "") if one.recovered and one.recovered.of else "")
            for one in found.by_kept
        ],
        "lines": [_line(line, by, query, offered) for line in lines],
        "pictures": _pictures(found, query),
        "hidden_words": texts.HIDDEN,
    }  # fmt: skip


def _pictures(found: Recovery, query: QueryDict) -> dict[str, Shown]:
    made = {name: draw(found, ()) for name, draw in drawn.PICTURES.items()}
    return {
        name.replace("-", "_"): Shown(
            inside_page(picture, name),
            *(reverse("insights:recovery_picture", args=[name, kind]) + address(query, by=None)
              for kind in ("svg", "png")),
        )
        for name, picture in made.items() if picture is not None
    }  # fmt: skip


def _speed_line(one: Speed, urls: dict[str, str]) -> SpeedLine:
    is_shown = one.share is not None and one.share.of > 0
    return SpeedLine(
        name=texts.speed_name(one.place),
        share=texts.share_words(one.share),
        recovered=str(one.share.n) if one.share and is_shown else "–",
        beyond=texts.points(100 * one.beyond) if one.beyond is not None else "–",
        compared=texts.estimate_words(one.compared) if one.compared else "–",
        is_noise=one.compared is not None and texts.says_noise(one.compared),
        url=urls.get(f"speed_{one.place}", "") if is_shown else "",
    )


def _changed_line(name: str, pairs: Any) -> tuple[Any, str, str, str, str]:
    label = texts.CHANGED_NAMES[name] if name else _("All")
    if pairs is None:
        return label, "–", "–", texts.share_words(None), ""
    change = texts.points(pairs.change, 1) if pairs.change is not None else "–"
    if pairs.low is not None:
        is_noise = has_zero(pairs.low, pairs.high)
        change, low, high = (
            texts.points(*telling(one, is_noise=is_noise, places=1)) for one in (pairs.change, pairs.low, pairs.high)
        )
        ends = {"low": low, "high": high}
        change = f"{change} ({_('%(low)s to %(high)s') % ends})"
    return label, texts.score(pairs.before), texts.score(pairs.after), change, str(pairs.n)


def _line(line: Line, by: str, query: QueryDict, offered: Collection[str]) -> dict[str, Any]:
    """A ticket may be of a survey that the reader does not see, which no filter of theirs can be."""
    url = reverse("insights:recovery") + address(query, **{by: line.key}) if line.key in offered else ""
    return {
        "name": line.name,
        "url": url,
        "n": line.n,
        "in_time": texts.share_words(line.in_time),
        "median": texts.length(line.median_first_contact),
        "recovered": texts.share_words(line.recovered),
    }


def ticket_line(ticket: Ticket, user: User, at: datetime) -> dict[str, Any]:
    """A ticket in the list behind a number. The second score stands there for who sees all surveys."""
    first = ticket.first_contact_at
    return {
        "ticket": ticket,
        "name": name_of(ticket.response),
        "time": when(ticket.response.answered_at, at),
        "after": texts.length(first - ticket.clock_from) if first else "",
        "second": getattr(ticket, "second", None) if user.sees_all_teams else ticket.score_after,
    }

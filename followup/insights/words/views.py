"""/insights/words/: the words that stand out, the sentences they stand in, and the same as a table to download."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from followup.insights.estimates.small_groups import LEAST
from followup.insights.figures.periods import last_days
from followup.insights.kept.reading import kept_figures
from followup.insights.overview.forms import PRESETS
from followup.insights.overview.words import span_of
from followup.insights.words import reading
from followup.insights.words.counting import GROUPS, MOST_COMMENTS, MOST_COUNTED, Scope, languages, surfaces
from followup.insights.words.forms import SentencesForm, WordsForm
from followup.insights.words.models import LANGUAGES
from followup.insights.words.sentences import MOST_SHOWN, lines_of
from followup.insights.words.standing_out import StandingOut, Word, standing_out
from followup.presentation.wording import percent
from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.common.dates import company_day
from nps_project.common.paging import address
from nps_project.common.replica import read_from_replica
from nps_project.downloads import download, refused
from surveys.models.response import Group

BY_GROUP = {Group.DETRACTOR: _("Detractors"), Group.PASSIVE: _("Passives"), Group.PROMOTER: _("Promoters")}
ENOUGH = 100  # comments, for a language that the reader did not choose
FIELDS = (
    "language", "group", "word", "kind", "customers", "of", "share", "share_of_others", "log_odds", "z", "is_clear",
)  # fmt: skip


def chosen_language(scope: Scope, wanted: str | None, *, own: bool = False) -> tuple[str, dict[str, int]]:
    """The language that is shown, and how many comments there are in each: as wanted, else the most frequent one.

    own: the reader's comes before that, where ENOUGH comments are written in it.
    """
    found = languages(scope)
    if wanted:
        return wanted, found
    reader = (get_language() or "en").split("-")[0]
    if own and found.get(reader, 0) >= ENOUGH:
        return reader, found
    return max(found, key=lambda one: (found[one], one == reader), default=reader), found


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def page(request: StaffRequest) -> HttpResponse:
    """The words of each group in one language; four queries. A filter that cannot be used is named, with status 400."""
    form = WordsForm(request.GET, request.user, company_day(timezone.now()))
    faults = form.faults()
    scope, period = form.scope(request.user), form.period()
    language, found = chosen_language(scope, form.in_use().get("language"), own=True)
    result = standing_out(scope, language)
    context = {
        "room": "insights",
        "here": "words",
        "form": form,
        "faults": faults,
        "period": span_of(period),
        "presets": [
            (label, address(request.GET, **{"from": one.first.isoformat(), "to": None}), one == period)
            for days, label in PRESETS.items()
            for one in [last_days(form.today, days)]
        ],
        "languages": [
            {"name": LANGUAGES[one], "n": _counted(n), "href": address(request.GET, language=one),
             "is_current": one == language}
            for one, n in found.items()
        ],
        "language": language,
        "groups": [_group(result, place, language, request) for place in range(len(GROUPS))],
        "has_any": bool(found),
        "stands_out": any(result.by_group.values()),
        "customers": number_format(sum(result.counts.customers), force_grouping=True),
        "most": number_format(MOST_COMMENTS, force_grouping=True)
        if max(result.counts.comments) >= MOST_COMMENTS
        else "",
        "to_read": reading.unread(),
        "least": LEAST,
        "csv_url": reverse("words:csv") + address(request.GET, language=language),
        "xlsx_url": reverse("words:xlsx") + address(request.GET, language=language),
    }  # fmt: skip
    return render(request, "followup/insights/words/words.html", context, status=400 if faults else 200)


def _counted(n: int) -> str:
    return number_format(n, force_grouping=True) + ("+" if n == MOST_COUNTED else "")


def _group(result: StandingOut, place: int, language: str, request: StaffRequest) -> dict[str, Any]:
    counts, group = result.counts, GROUPS[place]
    most = max((word.share for word in result.by_group[group]), default=1.0)
    return {
        "value": group,
        "name": BY_GROUP[Group(group)],
        "customers": counts.customers[place],
        "comments": counts.comments[place],
        "words": [_line(word, language, request, most) for word in result.by_group[group]],
    }


def _line(word: Word, language: str, request: StaffRequest, most: float) -> dict[str, Any]:
    return {
        "surface": word.surface,
        "url": reverse("words:sentences") + address(request.GET, language=language, group=word.group, word=word.key),
        "n": number_format(word.n, force_grouping=True),
        "share": percent(word.share),
        "other": percent(word.other_share),
        "meter": f"{word.share / most:.3f}",
        "is_clear": word.is_clear,
    }


@viewer_required
@require_safe
@read_from_replica
def sentences(request: StaffRequest) -> HttpResponse:
    """The sentences of one term; at most six queries. A filter that cannot be used is named, with status 400."""
    form = SentencesForm(request.GET, request.user, company_day(timezone.now()))
    faults = form.faults()
    chosen = {} if faults else form.in_use()
    scope = form.scope(request.user)
    language, group, key = (str(chosen.get(name, "")) for name in ("language", "group", "word"))
    lines = lines_of(request.user, scope, language, group, key) if key else []
    surface = surfaces(scope, language, [key]).get(key, key) if key else ""
    context = {
        "room": "insights",
        "here": "words",
        "faults": faults,
        "surface": surface,
        "language": language,
        "language_name": LANGUAGES.get(language, ""),
        "group": Group(group).label if group else "",
        "period": span_of(form.period()),
        "lines": lines,
        "is_cut": len(lines) == MOST_SHOWN,
        "back": reverse("words:words") + address(request.GET, word=None, group=None),
        "now": timezone.now(),
    }
    return render(request, "followup/insights/words/sentences.html", context, status=400 if faults else 200)


@viewer_required
@require_safe
@read_from_replica
@kept_figures
def export(request: StaffRequest, kind: str) -> HttpResponseBase:
    """The words of this address as a table. `kind`: csv or xlsx."""
    form = WordsForm(request.GET, request.user, company_day(timezone.now()))
    if faults := form.faults():
        return refused(*faults)
    scope = form.scope(request.user)
    language, _found = chosen_language(scope, form.in_use().get("language"))
    about = "filters " + (" ".join(sorted(form.in_use())) or "none")
    return download(request, _pages(standing_out(scope, language), language), kind=kind, name="words", about=about)


def _pages(result: StandingOut, language: str) -> Iterator[list[list[object]]]:
    yield [[*FIELDS]]
    rows = [row_of(word, language) for words in result.by_group.values() for word in words]
    yield [[*(row | {"is_clear": "true" if row["is_clear"] else "false"}).values()] for row in rows]


def row_of(word: Word, language: str) -> dict[str, object]:
    """A word as a row of the table, and of the API."""
    values = (
        language, word.group, word.surface, "phrase" if word.is_phrase else "word", word.n, word.of,
        round(word.share, 4), round(word.other_share, 4), round(word.found.log_odds, 4), round(word.found.z, 4),
        word.is_clear,
    )  # fmt: skip
    return dict(zip(FIELDS, values, strict=True))

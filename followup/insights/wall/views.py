"""/insights/wall/: the wallboard for who is signed in; /insights/wall/<token>/: for who has its link."""

import time
from datetime import datetime
from threading import Lock

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from followup.insights.figures.scope import Scope
from followup.insights.wall import figures
from followup.insights.wall.figures import Wall
from followup.insights.wall.models import WallLink
from followup.insights.wall.words import in_words
from nps_project.accounts.models import Team
from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.common.replica import on_replica, read_from_replica
from surveys.models import Survey
from surveys.views.public import without_referrer

EVERY_S = 30  # so often a wallboard asks for new figures
FRESH_S = 15.0  # so long those of a link stay in memory: strangers that ask for them cost nothing
_MOST = 100  # links in memory
_kept: dict[int, tuple[float, Wall]] = {}
_reading = Lock()


@viewer_required
@require_safe
@read_from_replica
def page(request: StaffRequest) -> HttpResponse:
    """The figures of what the reader may see, or of one survey of it."""
    scope, name = Scope.seen_by(request.user), ""
    slug = request.GET.get("survey", "")
    if slug:
        survey = Survey.objects.visible_to(request.user).filter(slug=slug[:200].replace("\0", "")).first()
        if survey is None:
            raise Http404
        scope, name = scope.of_survey(survey), survey.name
    return _drawn(request, figures.read(scope, timezone.now()), name)


@require_safe
def linked(request: HttpRequest, token: str) -> HttpResponse:
    """The figures of a link, in its language; 410 once it was taken back. Raises: Http404 for a forged token."""
    link = WallLink.objects.all().of_token(token)
    if link is None:
        raise Http404
    translation.activate(link.language)
    if link.revoked_at is not None:
        return _for_one_screen(render(request, "followup/insights/wall/ended.html", status=410))
    shown = str(link.survey or link.team or "")
    return _drawn(request, _figures_of(link, timezone.now()), shown)


def _figures_of(link: WallLink, at: datetime) -> Wall:
    """One request at a time reads; meanwhile others get the figures that were read before, or wait for the first."""
    kept = _kept.get(link.pk)
    if kept is not None and (_is_fresh(kept) or not _reading.acquire(blocking=False)):
        return kept[1]
    if kept is None:
        _reading.acquire()
    try:
        kept = _kept.get(link.pk)
        if kept is not None and _is_fresh(kept):
            return kept[1]  # read while this one waited
        scope = scope_of(link)
        wall = on_replica(lambda: figures.read(scope, at))
        if len(_kept) >= _MOST:
            _kept.clear()
        _kept[link.pk] = time.monotonic(), wall
    finally:
        _reading.release()
    return wall


def _is_fresh(kept: tuple[float, Wall]) -> bool:
    return time.monotonic() - kept[0] < FRESH_S


def scope_of(link: WallLink) -> Scope:
    """What a link tells of. Of a team's survey it has the tickets of that team: its managers see the link, and no other
    team's tickets."""
    scope = Scope.whole()
    if link.survey is not None:
        scope = scope.of_survey(link.survey)
        if link.survey.team_id is not None:
            scope = scope.with_tickets(team=link.survey.team_id)
    if link.team_id is not None:
        scope = scope.of_teams(Team.objects.filter(pk=link.team_id))
    return scope


def forget_all() -> None:
    """Read the figures of every link anew."""
    _kept.clear()


def _drawn(request: HttpRequest, wall: Wall, name: str) -> HttpResponse:
    with timezone.override(settings.TIME_ZONE):
        context = {"name": name, "every": EVERY_S, **in_words(wall)}
        response = render(request, "followup/insights/wall/wall.html", context)
    return _for_one_screen(response)


def _for_one_screen(response: HttpResponse) -> HttpResponse:
    """No cache keeps it, and its address goes nowhere."""
    response.headers["Cache-Control"] = "private, no-store"
    return without_referrer(response)

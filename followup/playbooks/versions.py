"""The versions of a playbook: listing, comparing and bringing back; and its lanes of passives and promoters."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet, Sum

from followup.errors import InvalidAction
from followup.models import Play, Playbook, PlaybookVersion, PlayStep, SurveyFollowUp
from followup.playbooks.services import draft_of, plays_of, save_plays
from nps_project.accounts.models import User
from surveys.models import Survey, Tally
from surveys.scoring import HIGHEST_DETRACTOR, HIGHEST_PASSIVE, SCORES

MOST_SHOWN = 20
LANES: Mapping[str, range] = {
    "passives": range(HIGHEST_DETRACTOR + 1, HIGHEST_PASSIVE + 1),
    "promoters": range(HIGHEST_PASSIVE + 1, SCORES[-1] + 1),
}


def newest(playbook: Playbook, limit: int) -> list[PlaybookVersion]:
    """The newest versions with all their plays, newest first; five queries."""
    rows = playbook.versions.select_related("created_by").order_by("-number")
    return list(_with_plays(rows)[:limit])


def one(playbook: Playbook, number: int) -> PlaybookVersion | None:
    """A version with all its plays; five queries."""
    return _with_plays(playbook.versions.select_related("created_by").filter(number=number)).first()


def _with_plays(rows: QuerySet[PlaybookVersion]) -> QuerySet[PlaybookVersion]:
    steps = Prefetch("steps", PlayStep.objects.order_by("position"))
    plays = Play.objects.select_related("owner", "team").prefetch_related(steps, "levels__person")
    return rows.prefetch_related(Prefetch("plays", plays.order_by("score")))


def bring_back(*, playbook: Playbook, number: int, by: User) -> PlaybookVersion:
    """Make a new version with the plays of an old one. Raises: InvalidAction for a number that does not exist."""
    old = one(playbook, number)
    if old is None:
        raise InvalidAction("number", number, "the number of a version")
    return save_plays(playbook=playbook, drafts={play.score: draft_of(play) for play in old.plays.all()}, by=by)


@transaction.atomic
def switch_lane(*, playbook: Playbook, lane: str, on: bool, by: User) -> PlaybookVersion | None:
    """Let the answers of a lane open tickets, or not; None when nothing changes by it. Raises: InvalidAction."""
    if lane not in LANES:
        raise InvalidAction("lane", lane, ", ".join(LANES))
    Playbook.objects.select_for_update(no_key=True).get(pk=playbook.pk)
    plays = plays_of(playbook)
    drafts = {score: draft_of(plays[score]) for score in LANES[lane] if plays[score].opens_ticket != on}
    if not drafts:
        return None
    changed = {score: replace(draft, fields={**draft.fields, "opens_ticket": on}) for score, draft in drafts.items()}
    return save_plays(playbook=playbook, drafts=changed, by=by)


def surveys_of(playbook: Playbook) -> QuerySet[Survey]:
    """The surveys that use a playbook; for the default one also those that chose none."""
    chose = SurveyFollowUp.objects.all()
    if playbook.is_default:
        return Survey.objects.exclude(pk__in=chose.exclude(playbook=playbook).values("survey"))
    return Survey.objects.filter(pk__in=chose.filter(playbook=playbook).values("survey"))


def answers_by_score(playbook: Playbook, since: date) -> dict[int, int]:
    """Confirmed answers to the surveys of a playbook since a company day, by score; one query of tallies."""
    rows: Any = Tally.objects.filter(survey__in=surveys_of(playbook), day__gte=since).values("score")
    return {row["score"]: row["n"] for row in rows.annotate(n=Sum("count")).order_by()}

"""Playbooks: which play applies to an answer, and new versions of plays."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Prefetch

from followup.models import EscalationLevel, Play, Playbook, PlaybookVersion, PlayStep, SurveyFollowUp
from followup.playbooks.default import default_levels, default_plays
from nps_project.accounts.models import User
from nps_project.common.statements import Prepared
from surveys.models import Survey
from surveys.scoring import SCORES


@dataclass(frozen=True, slots=True)
class StepDraft:
    """A step as typed, not saved."""

    kind: str
    texts: Mapping[str, str]
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class LevelDraft:
    """A level of escalation, not saved: hours after the deadline, whom it mails, and the person where it is one."""

    hours_after: int
    to: str
    person: User | None = None


@dataclass(frozen=True, slots=True)
class PlayDraft:
    """A play, not saved: fields of Play without version and score, with steps and levels in order."""

    fields: Mapping[str, Any]
    steps: Sequence[StepDraft] = field(default_factory=tuple)
    levels: Sequence[LevelDraft] = field(default_factory=tuple)


def ensure_default() -> Playbook:
    """The default playbook; it is made from the shipped plays when there is none."""
    found = Playbook.objects.filter(is_default=True).first()
    return found or _make_default()


@transaction.atomic
def _make_default() -> Playbook:
    playbook, is_new = Playbook.objects.get_or_create(is_default=True, defaults={"name": "Standard playbook"})
    if is_new:
        _write_version(playbook, 1, _shipped_drafts(), None)
    return playbook


def _shipped_drafts() -> dict[int, PlayDraft]:
    return {
        score: PlayDraft(
            fields,
            tuple(StepDraft(**step) for step in steps),
            tuple(LevelDraft(**level) for level in default_levels(score)),
        )
        for score, (fields, steps) in default_plays().items()
    }


@transaction.atomic
def make_playbook(name: str) -> Playbook:
    """Make another playbook, with the shipped plays. Raises: IntegrityError for a taken name."""
    playbook = Playbook.objects.create(name=name)
    _write_version(playbook, 1, _shipped_drafts(), None)
    return playbook


def write_version_of_trial(drafts: Mapping[int, PlayDraft], by: User | None) -> PlaybookVersion:
    """Store plays that are tried beside those in force; in the caller's transaction. Raises: ValidationError."""
    return _write_version(None, 1, drafts, by)


def _write_version(
    playbook: Playbook | None, number: int, drafts: Mapping[int, PlayDraft], by: User | None
) -> PlaybookVersion:
    version = PlaybookVersion.objects.create(playbook=playbook, number=number, created_by=by)
    plays = [Play(version=version, score=score, **draft.fields) for score, draft in sorted(drafts.items())]
    for play in plays:
        play.full_clean(exclude=["version"], validate_constraints=False)
    stored = Play.objects.bulk_create(plays)
    PlayStep.objects.bulk_create(
        PlayStep(play=play, position=position, kind=step.kind, texts=dict(step.texts), is_required=step.is_required)
        for play in stored
        for position, step in enumerate(drafts[play.score].steps, start=1)
    )
    EscalationLevel.objects.bulk_create(
        EscalationLevel(play=play, number=number, hours_after=level.hours_after, to=level.to, person=level.person)
        for play in stored
        for number, level in enumerate(drafts[play.score].levels, start=1)
    )
    return version


_PLAY_FIELDS = (
    "opens_ticket", "priority", "hours", "hours_run", "solve_hours", "solve_hours_run", "wait_limit_hours",
    "warn_share", "service_hours_only", "contact_by", "compensation_limit", "compensation_currency", "ask_again_days",
    "reply_hours", "offers_call_slots", "tells", "call_script", "mail_subject", "mail_body", "owner", "team",
)  # fmt: skip


def draft_of(play: Play) -> PlayDraft:
    """A stored play as a draft, with which its form begins."""
    return PlayDraft(
        {name: getattr(play, name) for name in _PLAY_FIELDS},
        tuple(StepDraft(step.kind, step.texts, step.is_required) for step in play.steps.all()),
        tuple(LevelDraft(level.hours_after, level.to, level.person) for level in play.levels.all()),
    )


Guard = Callable[[Playbook, Collection[int]], None]
_guards: list[Guard] = []


def add_guard(guard: Guard) -> None:
    """Ask before plays change on a playbook that has a trial, with the scores that change; it may raise a
    ValidationError. An app's ready() calls it."""
    _guards.append(guard)


@transaction.atomic
def save_plays(*, playbook: Playbook, drafts: Mapping[int, PlayDraft], by: User | None = None) -> PlaybookVersion:
    """Make a new version with these plays changed and the others as they were; open tickets keep theirs.

    Raises: ValidationError.
    """
    locked = Playbook.objects.select_for_update(no_key=True).get(pk=playbook.pk)
    current = {score: draft_of(play) for score, play in plays_of(playbook).items()}
    merged = current | dict(drafts)
    if locked.has_trial:
        changed = [score for score, draft in merged.items() if draft != current[score]]
        for guard in _guards:
            guard(locked, changed)
    last = playbook.versions.aggregate(last=Max("number"))["last"]
    return _write_version(playbook, last + 1, merged, by)


@transaction.atomic
def copy_playbook(*, playbook: Playbook, name: str, by: User | None = None) -> Playbook:
    """Copy a playbook with its plays. Raises: IntegrityError for a taken name."""
    copy = Playbook.objects.create(name=name)
    _write_version(copy, 1, {score: draft_of(play) for score, play in plays_of(playbook).items()}, by)
    return copy


@transaction.atomic
def use_playbook(*, survey: Survey, playbook: Playbook) -> None:
    """Let a survey use this playbook from its next answer on."""
    SurveyFollowUp.objects.update_or_create(survey=survey, defaults={"playbook": playbook})


def playbook_of(survey_id: int) -> Playbook:
    """The playbook of a survey: its own choice, else the default. One or two queries."""
    chosen = SurveyFollowUp.objects.select_related("playbook").filter(survey=survey_id).first()
    return chosen.playbook if chosen else ensure_default()


def churn_recorded_since(survey_id: int) -> date | None:
    """Since when it is recorded which customers of a survey left; one query."""
    return SurveyFollowUp.objects.filter(survey=survey_id).values_list("churn_recorded_since", flat=True).first()


def record_churn_since(*, survey: Survey, day: date | None) -> None:
    """Say since when it is recorded which customers of a survey left; None: it is not."""
    made = {"playbook": playbook_of(survey.pk), "churn_recorded_since": day}
    SurveyFollowUp.objects.update_or_create(survey=survey, defaults={"churn_recorded_since": day}, create_defaults=made)


def plays_of(playbook: Playbook) -> dict[int, Play]:
    """The plays of the newest version, by score; two queries and those for steps and levels."""
    newest = PlaybookVersion.objects.filter(playbook=playbook).order_by("-number").values("pk")[:1]
    rows = (
        Play.objects.filter(version=newest)
        .select_related("owner", "team")
        .prefetch_related(Prefetch("steps", PlayStep.objects.order_by("position")), "levels__person")
    )
    return {play.score: play for play in rows}


_VERSIONS = Prepared(
    "versions",
    """
SELECT survey.id, newest.id, newest.playbook_id, newest.has_trial
FROM unnest(%s) AS survey (id) CROSS JOIN LATERAL (
    SELECT version.id, version.playbook_id, book.has_trial
    FROM followup_playbookversion version JOIN followup_playbook book ON book.id = version.playbook_id
    LEFT JOIN followup_surveyfollowup own ON own.playbook_id = book.id AND own.survey_id = survey.id
    WHERE own.id IS NOT NULL OR book.is_default ORDER BY own.id IS NULL, version.number DESC LIMIT 1
) AS newest
""",
    ["bigint[]"],
)


@dataclass(frozen=True, slots=True)
class InForce:
    """What applies to answers to surveys now.

    plays: by survey and score. with_trial: the playbook by survey, where a trial may draw.
    """

    plays: Mapping[int, Mapping[int, Play]]
    with_trial: Mapping[int, int]


def _versions(survey_ids: list[int]) -> dict[int, tuple[int, int, bool]]:
    """By survey the version in force, its playbook, and whether that has a trial; one query."""
    with connection.cursor() as cursor:
        _VERSIONS.execute(cursor, [survey_ids])
        found = {survey_id: (version, book, has_trial) for survey_id, version, book, has_trial in cursor.fetchall()}
    if len(found) < len(survey_ids):
        ensure_default()
        return _versions(survey_ids)
    return found


def _read(**of_plays: Any) -> list[Play]:
    steps = Prefetch("steps", PlayStep.objects.order_by("position"))
    return list(Play.objects.filter(**of_plays).select_related("owner", "team").prefetch_related(steps))


@lru_cache(maxsize=256)
def _in_memory(version_id: int) -> Mapping[int, Play]:
    """A version never changes, so neither do its plays, but for the people in them."""
    return {play.score: play for play in _read(version=version_id)}


def forget_all() -> None:
    """Forget the plays in memory, as whoever begins another database must."""
    _in_memory.cache_clear()


def plays_for(survey_id: int, scores: Collection[int] = SCORES) -> Mapping[int, Play]:
    """The plays that apply to answers to a survey, by score; queries as `plays_of_surveys`."""
    return plays_of_surveys({survey_id: scores})[survey_id]


def plays_of_surveys(scores: Mapping[int, Collection[int]]) -> Mapping[int, Mapping[int, Play]]:
    """The plays that apply to answers with these scores, by survey and score; queries as `in_force`."""
    return in_force(scores).plays


def in_force(scores: Mapping[int, Collection[int]]) -> InForce:
    """What applies to answers with these scores, by survey.

    One query, and two more where a play names an owner or a team.
    """
    versions = _versions(list(scores))
    plays = {
        survey_id: {score: play for score, play in _in_memory(versions[survey_id][0]).items() if score in wanted}
        for survey_id, wanted in scores.items()
    }
    fresh = _with_people(play for by_score in plays.values() for play in by_score.values())
    return InForce(
        {
            survey_id: {score: fresh.get(play.pk, play) for score, play in by_score.items()}
            for survey_id, by_score in plays.items()
        },
        {survey_id: book for survey_id, (_version, book, has_trial) in versions.items() if has_trial},
    )


def plays_of_version(version_id: int) -> dict[int, Play]:
    """The plays of a version, by score; no query once they were read, but for the people in them."""
    plays = _in_memory(version_id)
    return {**plays, **{play.score: play for play in _with_people(plays.values()).values()}}


def _with_people(plays: Iterable[Play]) -> dict[int, Play]:
    """Those that name an owner or a team, by id, read anew."""
    named = {play.pk for play in plays if play.owner_id or play.team_id}
    return {play.pk: play for play in _read(pk__in=named)} if named else {}

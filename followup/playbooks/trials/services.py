"""Changes of a trial: planned, started, stopped, adopted; each in one transaction, with the playbook's row locked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from followup.errors import InvalidAction, WrongState
from followup.models import ClockRuns, Play, Playbook, PlaybookVersion
from followup.playbooks import services as playbooks
from followup.playbooks.services import PlayDraft, draft_of, plays_of
from followup.playbooks.trials.models import Trial, TrialState
from nps_project.accounts.models import User
from nps_project.common.dates import company_day
from surveys.models import Survey

# An answer of the moment of the start may be decided by a worker that does not see the trial yet.
HEAD_START = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is fixed before a trial starts, but for its plays. `surveys`: empty for all that use the playbook."""

    name: str
    expectation: str
    scores: Sequence[int]
    surveys: Sequence[Survey]
    baseline: int  # per cent of customers who come back better as it is
    effect: int  # points
    per_arm: int
    window_days: int
    last_day: date

    @property
    def fields(self) -> dict[str, Any]:
        """What stands on the trial's row."""
        names = ("name", "expectation", "baseline", "effect", "per_arm", "window_days", "last_day")
        return {name: getattr(self, name) for name in names} | {"scores": sorted(set(self.scores))}


@transaction.atomic
def plan(*, playbook: Playbook, new: Plan, by: User) -> Trial:
    """Make a draft, whose changed plays are those in force until somebody changes them."""
    changed = playbooks.write_version_of_trial(_drafts(plays_of(playbook), new.scores), by)
    trial = Trial.objects.create(playbook=playbook, changed=changed, created_by=by, **new.fields)
    trial.surveys.set(new.surveys)
    return trial


@transaction.atomic
def change_plan(*, trial_id: int, new: Plan, by: User) -> Trial:
    """Change a draft; plays that it has already stay as they were changed. Raises: WrongState."""
    trial = _draft(trial_id)
    drafts = _drafts(plays_of(trial.playbook), new.scores) | _drafts(
        playbooks.plays_of_version(trial.changed_id), set(new.scores) & set(trial.scores)
    )
    for name, value in new.fields.items():
        setattr(trial, name, value)
    _write_changed(trial, drafts, by)
    trial.surveys.set(new.surveys)
    return trial


@transaction.atomic
def change_play(*, trial_id: int, score: int, draft: PlayDraft, by: User) -> Trial:
    """Change what a draft tries for one of its scores. Raises: ValidationError, WrongState."""
    trial = _draft(trial_id)
    if score not in trial.scores:
        raise InvalidAction("score", score, ", ".join(map(str, trial.scores)))
    _check_promise(plays_of(trial.playbook)[score], draft)
    drafts = _drafts(playbooks.plays_of_version(trial.changed_id), trial.scores)
    _write_changed(trial, drafts | {score: draft}, by)
    return trial


@transaction.atomic
def start(*, trial_id: int, by: User, at: datetime) -> Trial:
    """Let a draft draw from now on. Raises: ValidationError that says what it lacks, WrongState."""
    trial = _draft(trial_id)
    book = trial.playbook
    now, changed = plays_of(book), playbooks.plays_of_version(trial.changed_id)
    for score in trial.scores:
        _check_play(score, now[score], changed[score])
    if trial.last_day < company_day(at):
        raise ValidationError(_("The last day of drawing, %(day)s, is over.") % {"day": trial.last_day.isoformat()})
    others = Trial.objects.filter(playbook=book, state=TrialState.DRAWING, scores__overlap=trial.scores)
    if other := others.first():
        words = _("The trial “%(trial)s” draws customers with one of these scores already.")
        raise ValidationError(words % {"trial": other.name})
    trial.before = book.current_version()
    trial.state, trial.started_at, trial.started_by = TrialState.DRAWING, at + HEAD_START, by
    trial.save(update_fields=["before", "state", "started_at", "started_by"])
    book.has_trial = True
    book.save(update_fields=["has_trial"])
    return trial


@transaction.atomic
def stop(*, trial_id: int, by: User, reason: str, at: datetime) -> Trial:
    """End a trial before its time; it has no result, and what it drew is not counted. Raises: WrongState."""
    trial = _locked(trial_id)
    if not trial.is_under_way:
        raise WrongState("trial", trial.state, "a trial under way")
    trial.state, trial.ended_at = TrialState.STOPPED, at
    trial.drawn_until = trial.drawn_until or at
    trial.stopped_by, trial.stop_reason = by, reason
    trial.save(update_fields=["state", "ended_at", "drawn_until", "stopped_by", "stop_reason"])
    return trial


@transaction.atomic
def delete(*, trial_id: int) -> None:
    """Delete a draft with its plays. Raises: WrongState."""
    trial = _draft(trial_id)
    changed = trial.changed
    trial.delete()
    changed.delete()


@transaction.atomic
def adopt(*, trial_id: int, by: User, at: datetime) -> PlaybookVersion:
    """Let the changed plays be those in force, as a new version. Raises: WrongState, ValidationError."""
    trial = _locked(trial_id)
    if trial.state != TrialState.ENDED or trial.before is None:
        raise WrongState("trial", trial.state, "a trial that has ended")
    if trial.adopted_at is not None:
        raise WrongState("trial", "adopted", "a trial that was not adopted")
    now, then = plays_of(trial.playbook), playbooks.plays_of_version(trial.before_id or 0)
    for score in trial.scores:
        if draft_of(now[score]) != draft_of(then[score]):
            words = _("The play for %(score)d was changed after the trial; change it by hand to what was tried.")
            raise ValidationError(words % {"score": score})
    drafts = _drafts(playbooks.plays_of_version(trial.changed_id), trial.scores)
    version = playbooks.save_plays(playbook=trial.playbook, drafts=drafts, by=by)
    trial.adopted, trial.adopted_by, trial.adopted_at = version, by, at
    trial.save(update_fields=["adopted", "adopted_by", "adopted_at"])
    return version


def _check_play(score: int, now: Play, changed: Play) -> None:
    draft = draft_of(changed)
    if draft == draft_of(now):
        words = _("The play for %(score)d is the same in both versions. Change something, or leave the score out.")
        raise ValidationError(words % {"score": score})
    if bool(now.ask_again_days) != bool(changed.ask_again_days):
        words = _("For %(score)d only one version asks the customer again. Who is asked has a second score: "
                  "let both ask, or neither.")  # fmt: skip
        raise ValidationError(words % {"score": score})
    _check_promise(now, draft)


def _check_promise(now: Play, draft: PlayDraft) -> None:
    """What customers are promised holds in both versions. Raises: ValidationError, by field."""
    fields = draft.fields
    if fields["opens_ticket"] != now.opens_ticket or not now.opens_ticket:
        raise ValidationError({"opens_ticket": _("Both versions of a trial open a ticket.")})
    if fields["hours_run"] != now.hours_run:
        words = _("Both versions count the same hours: %(hours)s.") % {"hours": now.get_hours_run_display()}
        raise ValidationError({"hours_run": words})
    if now.hours_run == ClockRuns.SERVICE and fields["team"] != now.team:
        raise ValidationError({"team": _("Both versions stay in one team, whose hours of service count.")})
    hours = fields["hours"]
    if (now.hours is None) != (hours is None) or (now.hours is not None and hours > now.hours):
        limit = _("at most %(hours)d hours") % {"hours": now.hours} if now.hours else _("no clock")
        words = _("Not %(given)s: the play in force has %(limit)s, and no customer of a trial is promised less.")
        given = _("%(hours)d hours") % {"hours": hours} if hours else _("no clock")
        raise ValidationError({"hours": words % {"given": given, "limit": limit}})


def _drafts(plays: Mapping[int, Play], scores: Collection[int]) -> dict[int, PlayDraft]:
    return {score: draft_of(plays[score]) for score in scores}


def _write_changed(trial: Trial, drafts: Mapping[int, PlayDraft], by: User) -> None:
    """Versions never change: a draft gets a new one, and the old one goes."""
    old = trial.changed
    trial.changed = playbooks.write_version_of_trial(drafts, by)
    trial.save()
    old.delete()


def _draft(trial_id: int) -> Trial:
    trial = _locked(trial_id)
    if trial.state != TrialState.DRAFT:
        raise WrongState("trial", trial.state, "a draft")
    return trial


def _locked(trial_id: int) -> Trial:
    """The trial and its playbook, locked: of the changes of one playbook's trials each waits for the other."""
    book_id = Trial.objects.values_list("playbook", flat=True).get(pk=trial_id)
    book = Playbook.objects.select_for_update(no_key=True).get(pk=book_id)
    trial = (
        Trial.objects.select_for_update(of=("self",), no_key=True).select_related("changed", "before").get(pk=trial_id)
    )
    trial.playbook = book
    return trial

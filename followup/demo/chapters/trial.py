"""A sample trial: whether a call in half the time brings more customers back. It drew them as they came."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from followup.demo.cast import Shop
from followup.insights.trials.estimate import needed
from followup.models import Playbook
from followup.playbooks import services as playbooks
from followup.playbooks.services import draft_of
from followup.playbooks.trials import second_scores
from followup.playbooks.trials import services as trials
from followup.playbooks.trials.models import Trial, TrialState
from followup.playbooks.trials.services import Plan

_WEEK = timedelta(weeks=1)
_BEGAN, _DREW_UNTIL, _WINDOW_DAYS = 50 * _WEEK, 14 * _WEEK, 60  # before now
_SCORES = (4, 5, 6)
_BASELINE, _EFFECT = 25, 20
_SEED = bytes(range(16))  # the same coin each time


def begin(shop: Shop, now: datetime) -> Trial:
    """Start it in the past, before its customers answer. The caller ends it when all have."""
    book, planner = _playbook(shop), shop.agents[shop.surveys[0].pk][-1]
    new = Plan(
        name=gettext_noop("Sample: call in half the time"),
        expectation=gettext_noop("Who is called while the anger is fresh is easier to win back."),
        scores=_SCORES, surveys=[], baseline=_BASELINE, effect=_EFFECT,
        per_arm=needed(_BASELINE / 100, _EFFECT / 100), window_days=_WINDOW_DAYS, last_day=now.date(),
    )  # fmt: skip
    trial = trials.plan(playbook=book, new=new, by=planner)
    for score in _SCORES:
        draft = draft_of(playbooks.plays_of_version(trial.changed_id)[score])
        changed = replace(draft, fields={**draft.fields, "hours": (draft.fields["hours"] or 48) // 2})
        trial = trials.change_play(trial_id=trial.pk, score=score, draft=changed, by=planner)
    trial = trials.start(trial_id=trial.pk, by=planner, at=now - _BEGAN)
    trial.seed, trial.drawn_until = _SEED, now - _DREW_UNTIL
    trial.last_day, trial.created_at = trial.drawn_until.date(), now - _BEGAN - timedelta(days=2)
    trial.counts_until = trial.drawn_until + timedelta(days=_WINDOW_DAYS)
    trial.state = TrialState.WAITING
    trial.save()
    return trial


def end(trial: Trial) -> None:
    """Count its result, as the sweep did on that day."""
    trial.state, trial.ended_at, trial.result = TrialState.ENDED, trial.counts_until, second_scores.of_trial(trial)
    trial.save()
    Playbook.objects.filter(pk=trial.playbook_id).update(has_trial=False)


def _playbook(shop: Shop) -> Playbook:
    return playbooks.playbook_of(shop.surveys[0].pk)

"""A trial for tests: of one play, which its change asks to call sooner."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from followup.playbooks import services as playbooks
from followup.playbooks.services import draft_of, plays_of
from followup.playbooks.trials import services as trials
from followup.playbooks.trials.models import Trial
from followup.playbooks.trials.services import Plan
from nps_project.accounts.models import User
from surveys.models import Survey
from tests.factories import make_user


def a_plan(**fields: Any) -> Plan:
    given: dict[str, Any] = {
        "name": "Call sooner", "expectation": "Who is called at once comes back.", "scores": [3], "surveys": [],
        "baseline": 20, "effect": 20, "per_arm": 91, "window_days": 60,
        "last_day": timezone.now().date() + timedelta(days=100),
    }  # fmt: skip
    return Plan(**given | fields)


def draft_trial(
    survey: Survey, by: User | None = None, *, change: dict[str, Any] | None = None, **fields: Any
) -> Trial:
    """A draft on the survey's playbook; its plays, each of `scores`, ask for other fields (hours: 1)."""
    by = by or User.objects.filter(role="admin").first() or make_user("planner", "admin")
    book = playbooks.playbook_of(survey.pk)
    trial = trials.plan(playbook=book, new=a_plan(**fields), by=by)
    for score in trial.scores:
        draft = draft_of(plays_of(book)[score])
        changed = replace(draft, fields={**draft.fields, **(change or {"hours": 1})})
        trial = trials.change_play(trial_id=trial.pk, score=score, draft=changed, by=by)
    return trial


def run_trial(survey: Survey, *, at: datetime | None = None, **fields: Any) -> Trial:
    """One that draws answers from `at` on (an hour ago)."""
    trial = draft_trial(survey, **fields)
    assert trial.created_by is not None
    began = (at or timezone.now() - timedelta(hours=1)) - trials.HEAD_START
    return trials.start(trial_id=trial.pk, by=trial.created_by, at=began)


def make_trials(survey: Survey) -> list[Trial]:
    """One in each state: draft, drawing, waiting, ended, stopped; each of a score of its own."""
    now = timezone.now()
    by = User.objects.filter(role="admin").first() or make_user("planner", "admin")
    made = [draft_trial(survey, by, scores=[1], name="Call <b> sooner", expectation="{{ 7 }} <script>x")]
    made.append(run_trial(survey, scores=[2], change={"call_script": {"en": "Good morning"}}))  # promises stay
    made += [run_trial(survey, scores=[score]) for score in (3, 5, 6)]
    over = {"drawn_until": now - timedelta(days=61), "counts_until": now}
    counts = {"a": {"n": 90, "answered": 40, "recovered": 18}, "b": {"n": 92, "answered": 60, "recovered": 39}}
    Trial.objects.filter(pk=made[2].pk).update(state="waiting", **over)
    Trial.objects.filter(pk=made[3].pk).update(state="ended", ended_at=now, result=counts, **over)
    Trial.objects.filter(pk=made[4].pk).update(
        state="stopped", ended_at=now, stop_reason="No <b> vouchers left", stopped_by=by, **over
    )  # fmt: skip
    return list(Trial.objects.order_by("pk"))

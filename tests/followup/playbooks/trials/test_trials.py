"""A trial from its plan to its end: what is fixed stays fixed, and nothing is counted before its time."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from followup.errors import WrongState
from followup.models import PlaybookVersion
from followup.playbooks import services as playbooks
from followup.playbooks import versions
from followup.playbooks.services import draft_of, plays_of, save_plays
from followup.playbooks.trials import ending, second_scores
from followup.playbooks.trials import services as trials
from followup.playbooks.trials.models import Draw, Trial, TrialState
from followup.tickets import opening
from nps_project.accounts.models import User
from nps_project.background import sweep
from surveys.models import Survey
from tests.factories import make_answer, make_contact, make_survey, make_user
from tests.followup.playbooks.trials.making import a_plan, draft_trial, run_trial

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def survey() -> Survey:
    return make_survey()


@pytest.fixture
def admin() -> User:
    return make_user("planner", "admin")


def change(survey: Survey, score: int, **fields: Any) -> PlaybookVersion:
    book = playbooks.playbook_of(survey.pk)
    draft = draft_of(plays_of(book)[score])
    return save_plays(playbook=book, drafts={score: replace(draft, fields={**draft.fields, **fields})})


def draw(survey: Survey, number: int, **fields: Any) -> None:
    """So many customers of the trial; `number` names them."""
    opening.open_for_response(make_answer(survey, 3, contact=make_contact(number), **fields).pk)


def move(at: datetime) -> None:
    while sweep.run(ending.MOVE, at):
        pass


def test_a_plan_begins_with_the_plays_in_force_and_may_be_changed(survey: Survey, admin: User) -> None:
    book = playbooks.playbook_of(survey.pk)
    trial = trials.plan(playbook=book, new=a_plan(), by=admin)
    assert draft_of(playbooks.plays_of_version(trial.changed_id)[3]) == draft_of(plays_of(book)[3])
    trial = draft_trial(survey, admin, change={"hours": 2})
    trial = trials.change_plan(trial_id=trial.pk, new=a_plan(scores=[1, 3], name="Two"), by=admin)
    tried = playbooks.plays_of_version(trial.changed_id)
    assert {score: play.hours for score, play in tried.items()} == {1: 24, 3: 2}
    assert Trial.objects.count() == 2
    trials.delete(trial_id=trial.pk)
    assert PlaybookVersion.objects.filter(playbook=None).count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"hours": 25}, "hours"),
        ({"hours": None}, "hours"),
        ({"hours_run": "service"}, "hours_run"),
        ({"opens_ticket": False}, "opens_ticket"),
    ],
)
def test_no_customer_of_a_trial_is_promised_less(
    survey: Survey, admin: User, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        draft_trial(survey, admin, change=change)
    assert list(refused.value.message_dict) == [field]


def test_a_trial_starts_only_when_it_can_tell_something(survey: Survey, admin: User) -> None:
    book, at = playbooks.playbook_of(survey.pk), timezone.now()
    same = trials.plan(playbook=book, new=a_plan(), by=admin)
    with pytest.raises(ValidationError, match="is the same in both versions"):
        trials.start(trial_id=same.pk, by=admin, at=at)
    asks = draft_trial(survey, admin, change={"ask_again_days": 14})
    with pytest.raises(ValidationError, match="only one version asks the customer again"):
        trials.start(trial_id=asks.pk, by=admin, at=at)
    over = draft_trial(survey, admin, last_day=at.date() - DAY)
    with pytest.raises(ValidationError, match="is over"):
        trials.start(trial_id=over.pk, by=admin, at=at)
    run_trial(survey)
    second = draft_trial(survey, admin, change={"hours": 3})
    with pytest.raises(ValidationError, match="draws customers with one of these scores already"):
        trials.start(trial_id=second.pk, by=admin, at=at)


def test_a_change_in_force_meanwhile_is_looked_at_again_at_the_start(survey: Survey, admin: User) -> None:
    trial = draft_trial(survey, admin, change={"hours": 20})
    change(survey, 3, hours=10)
    with pytest.raises(ValidationError, match="no customer of a trial is promised less"):
        trials.start(trial_id=trial.pk, by=admin, at=timezone.now())


def test_what_was_fixed_stays_while_it_runs(survey: Survey, admin: User) -> None:
    trial = run_trial(survey)
    for forbidden in (
        lambda: trials.change_plan(trial_id=trial.pk, new=a_plan(), by=admin),
        lambda: trials.delete(trial_id=trial.pk),
        lambda: trials.start(trial_id=trial.pk, by=admin, at=timezone.now()),
        lambda: trials.adopt(trial_id=trial.pk, by=admin, at=timezone.now()),
    ):
        with pytest.raises(WrongState):
            forbidden()
    with pytest.raises(ValidationError, match="takes part in the trial “Call sooner”"):
        change(survey, 3, hours=12)
    number = change(survey, 4, hours=12).number
    with pytest.raises(ValidationError, match="stays as it is"):
        change(survey, 3, opens_ticket=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Trial.objects.filter(pk=trial.pk).update(result={"a": {}, "b": {}})  # nothing to peek at
    assert versions.bring_back(playbook=trial.playbook, number=number - 1, by=admin).number == number + 1


def test_it_draws_until_it_is_full_and_counts_once_all_had_their_days(survey: Survey) -> None:
    began = timezone.now()
    trial = run_trial(survey, at=began - DAY, per_arm=2)
    for number in range(3):
        draw(survey, number)
    move(timezone.now())
    assert Trial.objects.get().state == TrialState.DRAWING
    draw(survey, 3)
    draw(survey, 4)  # before the sweep looks
    full = timezone.now()
    move(full)
    trial.refresh_from_db()
    assert (trial.state, trial.drawn_until, trial.counts_until) == (TrialState.WAITING, full, full + 60 * DAY)
    move(full + 60 * DAY - timedelta(seconds=1))
    assert Trial.objects.get().result is None
    move(full + 60 * DAY)
    trial.refresh_from_db()
    assert trial.state == TrialState.ENDED
    assert trial.result is not None
    assert trial.result["a"]["n"] + trial.result["b"]["n"] == 4, "as many as were fixed, though more were drawn"
    trial.playbook.refresh_from_db()
    assert not trial.playbook.has_trial


def test_it_ends_on_its_last_day_of_the_company(survey: Survey) -> None:
    with time_machine.travel(datetime.fromisoformat("2026-11-20T12:00+00:00"), tick=False):
        run_trial(survey, last_day=datetime(2026, 11, 27).date())  # noqa: DTZ001
        draw(survey, 1)
    move(datetime.fromisoformat("2026-11-27T22:30+00:00"))
    assert Trial.objects.get().state == TrialState.DRAWING
    move(datetime.fromisoformat("2026-11-28T00:30+00:00"))
    assert Trial.objects.get().state == TrialState.WAITING


def test_two_beats_end_a_trial_once(survey: Survey) -> None:
    trial = run_trial(survey, per_arm=2, at=timezone.now() - DAY)
    for number in range(4):
        draw(survey, number)
    at = timezone.now()
    assert ending.move_on(trial.pk, at) is True
    assert ending.move_on(trial.pk, at) is False
    assert Trial.objects.get().drawn_until == at


def test_second_scores_count_by_group_and_time_and_silence_does_not(survey: Survey) -> None:
    now = timezone.now()
    opened = now - 70 * DAY
    trial = run_trial(survey, at=opened - DAY)
    tickets = []
    for number in range(7):
        answer = make_answer(
            survey, 3, contact=make_contact(number), answered_at=opened, recorded_at=opened,
        )  # fmt: skip
        tickets.append(opening.open_for_response(answer.pk, at=opened))
    responses = [ticket.response for ticket in tickets if ticket]

    def again(number: int, score: int, days: int, *, follows: bool = False, **more: Any) -> None:
        at = opened + days * DAY
        if follows:
            more["follows_id"] = responses[number].pk
        make_answer(
            survey, score, contact=responses[number].contact, answered_at=at, recorded_at=at, **more
        )  # fmt: skip

    again(0, 9, 20, follows=True)  # better
    again(1, 5, 20, follows=True)  # as unhappy as before
    again(2, 8, 30)  # better, in a later survey
    again(3, 9, 5)  # too soon, if nobody asked again
    again(4, 9, 61, follows=True)  # too late
    again(5, 9, 20, follows=True, state="provisional")  # does not count
    Draw.objects.update(arm="a")
    found = second_scores.of_trial(trial)
    assert found == {"a": {"n": 7, "answered": 3, "recovered": 2}, "b": {"n": 0, "answered": 0, "recovered": 0}}


def test_a_trial_stopped_early_has_a_reason_and_no_result(survey: Survey, admin: User) -> None:
    trial = run_trial(survey)
    draw(survey, 1)
    at = timezone.now()
    trials.stop(trial_id=trial.pk, by=admin, reason="The voucher ran out.", at=at)
    with pytest.raises(WrongState):
        trials.stop(trial_id=trial.pk, by=admin, reason="Again", at=at)
    move(at + 2 * DAY)
    trial.refresh_from_db()
    assert (trial.state, trial.result, trial.stop_reason) == (TrialState.STOPPED, None, "The voucher ran out.")
    draw(survey, 2, answered_at=at + DAY)
    assert trial.draws.count() == 1
    trial.playbook.refresh_from_db()
    assert not trial.playbook.has_trial
    change(survey, 3, hours=12)  # the play is free again


def ended(survey: Survey) -> Trial:
    trial = run_trial(survey, per_arm=2, at=timezone.now() - 100 * DAY)
    opened = timezone.now() - 90 * DAY
    for number in range(4):
        answer = make_answer(survey, 3, contact=make_contact(number), answered_at=opened, recorded_at=opened)
        opening.open_for_response(answer.pk, at=opened)
    move(timezone.now() - 80 * DAY)
    move(timezone.now())
    return Trial.objects.get(pk=trial.pk)


def test_the_change_is_adopted_as_a_new_version_and_once(survey: Survey, admin: User) -> None:
    trial, at = ended(survey), timezone.now()
    before = trial.playbook.current_version().number
    assert trials.adopt(trial_id=trial.pk, by=admin, at=at).number == before + 1
    assert plays_of(trial.playbook)[3].hours == 1
    with pytest.raises(WrongState):
        trials.adopt(trial_id=trial.pk, by=admin, at=at)


def test_a_play_that_changed_after_the_trial_is_not_overwritten(survey: Survey, admin: User) -> None:
    trial = ended(survey)
    change(survey, 3, hours=12)
    with pytest.raises(ValidationError, match="was changed after the trial"):
        trials.adopt(trial_id=trial.pk, by=admin, at=timezone.now())
    assert plays_of(trial.playbook)[3].hours == 12

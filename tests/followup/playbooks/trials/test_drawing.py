"""The coin decides when a ticket opens, on both paths alike, and the thank-you page promises what was drawn."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.history import chain
from followup.models import Activity, ActivityKind, RouteTo, RoutingRule, Ticket
from followup.playbooks.trials.models import Draw, Trial
from followup.tickets import opening
from followup.tickets.customers.promise import promise_of
from followup.tickets.fresh.together import decide_together
from nps_project.accounts.models import Team
from surveys.models import Response, Survey
from surveys.services.responses import NewAnswer, change_response
from tests.factories import make_answer, make_contact, make_survey, make_user
from tests.followup.playbooks.trials.making import run_trial

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey() -> Survey:
    return make_survey()


def of_side(trial: Trial, side: str) -> Draw:
    return Draw.objects.filter(trial=trial, arm=side).select_related("ticket__play").first() or pytest.fail(
        "none drawn"
    )


def open_many(survey: Survey, number: int = 16, score: int = 3) -> list[Ticket]:
    answers = [make_answer(survey, score, contact=make_contact(n)) for n in range(number)]
    opening.open_for_responses([answer.pk for answer in answers])
    return list(Ticket.objects.filter(response__in=answers).order_by("pk"))


def test_each_customer_gets_one_of_the_two_plays_and_the_history_says_which(survey: Survey) -> None:
    trial = run_trial(survey)
    tickets = open_many(survey)
    sides = {draw.ticket_id: draw.arm for draw in Draw.objects.filter(trial=trial)}
    assert len(sides) == 16
    assert set(sides.values()) == {"a", "b"}
    for ticket in tickets:
        is_changed = sides[ticket.pk] == "b"
        assert ticket.play.hours == (1 if is_changed else 24)
        assert (ticket.play.version_id == trial.changed_id) is is_changed
        assert ticket.first_contact_due_at == ticket.clock_from + timedelta(hours=1 if is_changed else 24)
        entry = Activity.objects.get(ticket=ticket, kind=ActivityKind.TRIAL_DRAWN)
        assert entry.data == {"trial": trial.pk, "arm": sides[ticket.pk]}
    assert list(chain.verify()) == []


def test_alone_and_together_draw_alike(survey: Survey) -> None:
    trial = run_trial(survey)
    RoutingRule.objects.create(name="All", to=RouteTo.TEAM, team=Team.objects.create(name="North"))
    contacts = [make_contact(number) for number in range(12)]
    for answer in [make_answer(survey, 3, contact=contact) for contact in contacts]:
        opening.open_for_response(answer.pk)
    alone = {draw.contact_id: draw.arm for draw in Draw.objects.all()}
    Draw.objects.all().delete()
    again = [make_answer(survey, 3, contact=contact) for contact in contacts]
    with transaction.atomic():
        assert list(decide_together([answer.pk for answer in again], timezone.now())) == []
    assert {draw.contact_id: draw.arm for draw in Draw.objects.all()} == alone
    for ticket in Ticket.objects.filter(response__in=again):
        assert (ticket.play.version_id == trial.changed_id) is (alone[ticket.response.contact_id] == "b")
        assert ticket.activities.filter(kind=ActivityKind.TRIAL_DRAWN).count() == 1
    assert list(chain.verify()) == []


def test_a_customer_who_comes_again_has_the_same_play_and_counts_once(survey: Survey) -> None:
    trial = run_trial(survey)
    contact = make_contact(1)
    opened = [opening.open_for_response(make_answer(survey, 3, contact=contact).pk) for _time in range(4)]
    assert len({ticket.play_id for ticket in opened if ticket}) == 1
    assert Draw.objects.get().ticket_id == (opened[0] and opened[0].pk)
    assert trial.draws.count() == 1


def test_customers_without_a_name_are_drawn_by_their_answer(survey: Survey) -> None:
    run_trial(survey)
    for _number in range(16):
        opening.open_for_response(make_answer(survey, 3).pk)
    assert Draw.objects.filter(contact=None).count() == 16
    assert Draw.objects.values("arm").distinct().count() == 2


def test_only_its_scores_surveys_and_time_are_drawn(survey: Survey) -> None:
    other, now = make_survey("other"), timezone.now()
    trial = run_trial(survey, surveys=[survey])
    open_many(survey, 2, score=2)
    opening.open_for_response(make_answer(other, 3).pk)
    early = make_answer(survey, 3, answered_at=now - timedelta(hours=2), recorded_at=now - timedelta(hours=2))
    opening.open_for_response(early.pk)
    assert not Draw.objects.exists()
    Trial.objects.filter(pk=trial.pk).update(state="waiting", drawn_until=now + timedelta(minutes=1), counts_until=now)
    opening.open_for_response(make_answer(survey, 3).pk)
    assert Draw.objects.count() == 1, "an answer from before the end that is decided after it"
    Trial.objects.filter(pk=trial.pk).update(drawn_until=now - timedelta(minutes=1))
    opening.open_for_response(make_answer(survey, 3).pk)
    assert Draw.objects.count() == 1


def test_a_ticket_opened_by_hand_is_not_drawn(survey: Survey) -> None:
    run_trial(survey)
    answer = make_answer(survey, 3)
    ticket = opening.open_by_hand(response_id=answer.pk, by=make_user("ann"))
    assert ticket.play.hours == 24
    assert not Draw.objects.exists()


def test_the_thank_you_page_promises_what_was_drawn_before_and_after_the_ticket_opens(survey: Survey) -> None:
    run_trial(survey)
    answers = [make_answer(survey, 3, contact=make_contact(number)) for number in range(16)]
    before = [promise_of(answer) for answer in answers]
    assert {promise.hours for promise in before if promise} == {1, 24}
    opening.open_for_responses([answer.pk for answer in answers])
    assert [promise_of(Response.objects.get(pk=answer.pk)) for answer in answers] == before


def test_a_worse_answer_keeps_to_the_version_that_was_drawn(survey: Survey) -> None:
    trial = run_trial(survey, scores=[2, 3])
    open_many(survey)
    for side, hours in (("a", 24), ("b", 1)):
        ticket = of_side(trial, side).ticket
        change_response(response_id=ticket.response_id, answer=NewAnswer(score=2, comment="Worse"))
        opening.open_for_response(ticket.response_id)
        ticket.refresh_from_db()
        assert (ticket.play.score, ticket.play.hours) == (2, hours)
    assert Draw.objects.count() == 16


def test_where_no_trial_runs_the_drawing_costs_no_query(survey: Survey) -> None:
    opening.open_for_response(make_answer(survey, 3).pk)  # now the plays are in memory
    answers = [make_answer(survey, 3) for _number in range(3)]
    with CaptureQueriesContext(connection) as caught:
        opening.open_for_response(answers[0].pk)
        with transaction.atomic():
            decide_together([answers[1].pk], timezone.now())
        promise_of(answers[2])
    assert not [query for query in caught.captured_queries if "trials_" in query["sql"]]


def test_the_draw_is_stored_with_its_ticket_or_not_at_all(survey: Survey, monkeypatch: Any) -> None:
    run_trial(survey)
    answer = make_answer(survey, 3)

    def fail(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr("followup.tickets.changes.follow", fail)
    with pytest.raises(RuntimeError):
        opening.open_for_response(answer.pk)
    assert not Draw.objects.exists()
    assert not Ticket.objects.exists()

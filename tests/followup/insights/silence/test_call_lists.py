"""Asking the silent: who is drawn, who calls whom, what comes of it, and what it says about all."""

import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
import time_machine
from django.db import connection
from django.test import Client

from followup.errors import WrongState
from followup.insights.figures.periods import Period
from followup.insights.silence.calls import progress, services
from followup.insights.silence.figures.asked import Scope
from followup.insights.silence.models import Call, CallList
from followup.models import Attempt, Ticket
from followup.tickets import opening
from nps_project.accounts.models import Team, User
from surveys.models import AskDecision, Contact, Invitation, Response, Survey, Unsubscription
from surveys.services.responses import NewAnswer
from surveys.services.surveys import update_survey
from tests.factories import client_of, make_answer, make_survey, make_user
from tests.followup.insights.silence.cases import ASKED, NOW, ask, make_campaign

pytestmark = pytest.mark.django_db
PAGE = "/insights/silence/calls/"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def survey() -> Survey:
    return make_survey(team=Team.objects.create(name="North"))


@pytest.fixture
def bea() -> User:
    return make_user("bea")


def draw(survey: Survey, number: int | None = None, share: float | None = None, **more: Any) -> CallList:
    scope = Scope(Survey.objects.filter(pk=survey.pk), Period(ASKED.date() - DAY, NOW.date()), more.get("campaign"))
    by = User.objects.filter(role="manager").first() or make_user("mia", "manager")
    return services.draw(name="Silent", scope=scope, survey=survey, by=by, number=number, share=share, **more)


@pytest.fixture
def now() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def test_only_the_silent_are_drawn_and_none_of_those_who_cannot_be_called(survey: Survey, now: Any) -> None:
    ask(survey, [10, 8, 2])
    silent = ask(survey, [None] * 4)
    ask(survey, [None], phone="")
    ask(survey, [None], do_not_contact=True)
    ask(survey, [None], unsubscribed_at=NOW)
    left = ask(survey, [None])[0]
    Unsubscription.objects.create(contact=left, survey=survey)
    bounced = ask(survey, [None], bounced_at=NOW)
    Invitation.objects.filter(contact=bounced[0]).update(status="bounced")
    by_phone = ask(survey, [None])[0]
    make_answer(survey, 7, contact=by_phone, channel="phone")
    drawn = draw(survey, number=50)
    assert set(drawn.calls.values_list("contact", flat=True)) == {one.pk for one in [*silent, *bounced]}
    assert (drawn.asked, drawn.answered, drawn.silent, drawn.reachable, drawn.drawn) == (13, 4, 9, 5, 5)
    assert (drawn.promoters, drawn.passives, drawn.detractors) == (1, 2, 1)


def test_the_seed_decides_who_is_drawn_and_chance_is_fair(survey: Survey, now: Any) -> None:
    campaign = make_campaign(survey)
    ask(survey, [None] * 40, campaign)
    ask(survey, [None] * 5)
    counts: Counter[int] = Counter()
    for _number in range(30):
        drawn = draw(survey, share=0.25, campaign=campaign)
        assert drawn.drawn == 10
        counts.update(drawn.calls.values_list("contact", flat=True))
    assert len(counts) == 40, "everybody of the campaign comes up, and nobody else"
    assert max(counts.values()) < 20
    assert CallList.objects.values("seed").distinct().count() == 30


def test_nobody_to_call_makes_no_list(survey: Survey, now: Any) -> None:
    ask(survey, [10, 9])
    with pytest.raises(services.NobodyToCall):
        draw(survey, number=5)
    assert not CallList.objects.exists()


def test_a_claim_counts_as_asked_and_is_given_back_when_nobody_is_reached(survey: Survey, bea: User, now: Any) -> None:
    ask(survey, [None] * 2)
    drawn = draw(survey, number=5)
    call = services.claim(call_list_id=drawn.pk, by=bea, at=NOW)
    assert call is not None
    assert services.claim(call_list_id=drawn.pk, by=bea, at=NOW) == call, "one at a time"
    assert Contact.objects.get(pk=call.contact_id).last_asked_at == NOW
    services.record_not_reached(call_id=call.pk, by=bea, at=NOW)
    assert Contact.objects.get(pk=call.contact_id).last_asked_at == ASKED
    other = services.claim(call_list_id=drawn.pk, by=bea, at=NOW)
    assert other is not None
    assert other.contact_id != call.contact_id, "not again before some hours"
    services.give_up(call_id=other.pk, by=bea)
    assert Contact.objects.get(pk=other.contact_id).last_asked_at == ASKED
    with pytest.raises(WrongState):
        services.record_not_reached(call_id=other.pk, by=bea, at=NOW)


def test_after_three_tries_nobody_calls_any_more(survey: Survey, bea: User, now: Any) -> None:
    ask(survey, [None])
    drawn = draw(survey, number=1)
    for tries in range(3):
        at = NOW + tries * services.BETWEEN_TRIES
        call = services.claim(call_list_id=drawn.pk, by=bea, at=at)
        assert call is not None
        services.record_not_reached(call_id=call.pk, by=bea, at=at)
    call = Call.objects.get()
    assert (call.state, call.tries, call.done_at) == ("not_reached", 3, at)
    assert CallList.objects.get().state == "finished"


def test_the_quarantine_holds_a_call_until_it_ends(survey: Survey, bea: User, now: Any) -> None:
    ask(survey, [None], last_asked_at=NOW - 29 * DAY)
    drawn = draw(survey, number=1)
    assert services.claim(call_list_id=drawn.pk, by=bea, at=NOW) is None
    assert Call.objects.get().not_before == NOW + DAY
    assert progress.progress_of([drawn])[drawn.pk].next_at == NOW + DAY
    assert services.claim(call_list_id=drawn.pk, by=bea, at=NOW + DAY) is not None


def test_a_wish_since_the_draw_is_kept_and_so_is_an_answer(survey: Survey, bea: User, now: Any) -> None:
    ask(survey, [None] * 4)
    drawn = draw(survey, number=4)
    first, second, third, fourth = drawn.calls.order_by("place")
    Contact.objects.filter(pk=first.contact_id).update(do_not_contact=True)
    make_answer(survey, 9, contact=second.contact)
    Contact.objects.filter(pk=third.contact_id).update(phone="")
    call = services.claim(call_list_id=drawn.pk, by=bea, at=NOW + MINUTE)
    assert call == fourth
    assert list(drawn.calls.order_by("place").values_list("state", "reason")) == [
        ("left_out", "do_not_contact"), ("answered", ""), ("left_out", "no_address"), ("claimed", ""),
    ]  # fmt: skip


def test_another_row_of_the_same_person_that_does_not_want_it_is_looked_at(survey: Survey, bea: User, now: Any) -> None:
    (contact,) = ask(survey, [None])
    Contact.objects.create(email=contact.email, survey=survey, do_not_contact=True)
    drawn = draw(survey, number=1)
    assert services.claim(call_list_id=drawn.pk, by=bea, at=NOW) is None
    assert (Call.objects.get().state, CallList.objects.get().state) == ("left_out", "finished")


def test_an_unhappy_answer_opens_its_ticket_and_counts_as_contacted(survey: Survey, bea: User, now: Any) -> None:
    ask(survey, [None])
    drawn = draw(survey, number=1)
    call = services.claim(call_list_id=drawn.pk, by=bea, at=NOW)
    assert call is not None
    services.record_answer(call_id=call.pk, answer=NewAnswer(2, "Never again"), by=bea, at=NOW)
    answer = Response.objects.get()
    assert (answer.channel, answer.score, answer.contact_id) == ("phone", 2, call.contact_id)
    opening.open_for_response(answer.pk, at=NOW)
    assert Ticket.objects.get().first_contact_at == NOW
    assert Attempt.objects.get().by == bea
    call.refresh_from_db()
    assert (call.state, call.response_id) == ("answered", answer.pk)
    with pytest.raises(WrongState):
        services.record_answer(call_id=call.pk, answer=NewAnswer(9), by=bea, at=NOW)
    assert Response.objects.count() == 1


def test_what_was_said_is_kept_though_the_turn_had_lapsed(survey: Survey, bea: User, now: Any) -> None:
    ask(survey, [None])
    drawn = draw(survey, number=1)
    call = services.claim(call_list_id=drawn.pk, by=bea, at=NOW)
    assert call is not None
    late = NOW + services.CLAIMED_FOR + MINUTE
    assert services.lapse(call.pk, late)
    assert not services.lapse(call.pk, late)
    assert Contact.objects.get(pk=call.contact_id).last_asked_at == ASKED
    cal = make_user("cal")
    assert services.claim(call_list_id=drawn.pk, by=cal, at=late) is not None
    services.record_answer(call_id=call.pk, answer=NewAnswer(9), by=bea, at=late)
    with pytest.raises(WrongState):
        services.record_refusal(call_id=call.pk, by=cal, at=late)


def test_a_refusal_counts_as_asked_and_the_wish_to_be_left_alone_is_kept(survey: Survey, bea: User, now: Any) -> None:
    ask(survey, [None])
    drawn = draw(survey, number=1)
    call = services.claim(call_list_id=drawn.pk, by=bea, at=NOW)
    assert call is not None
    services.record_refusal(call_id=call.pk, by=bea, at=NOW, leave_alone=True)
    contact = Contact.objects.get()
    assert (contact.do_not_contact, contact.last_asked_at) == (True, NOW)
    assert Invitation.objects.filter(channel="phone", status="created", created_by=bea).count() == 1
    assert AskDecision.objects.get().decision == "asked"


@pytest.mark.django_db(transaction=True)
def test_eight_agents_at_once_get_eight_customers() -> None:
    survey = make_survey()
    with time_machine.travel(NOW, tick=False):
        ask(survey, [None] * 8)
        drawn = draw(survey, number=8)
        agents = [make_user(f"agent{number}") for number in range(8)]
        found: list[int | None] = []

        def call(by: User) -> None:
            try:
                claimed = services.claim(call_list_id=drawn.pk, by=by, at=NOW)
                found.append(claimed.contact_id if claimed else None)
            finally:
                connection.close()

        threads = [threading.Thread(target=call, args=[by]) for by in agents]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(set(found) - {None}) == 8


def test_a_survey_that_is_not_live_and_a_list_that_is_over_call_nobody(survey: Survey, bea: User, now: Any) -> None:
    ask(survey, [None] * 2)
    drawn = draw(survey, number=2)
    update_survey(survey, {"status": "paused"})
    with pytest.raises(WrongState):
        services.claim(call_list_id=drawn.pk, by=bea, at=NOW)
    update_survey(survey, {"status": "live"})
    call = services.claim(call_list_id=drawn.pk, by=bea, at=NOW)
    assert call is not None
    services.stop(call_list_id=drawn.pk, at=NOW)
    with pytest.raises(WrongState):
        services.stop(call_list_id=drawn.pk, at=NOW)
    with pytest.raises(WrongState):
        services.claim(call_list_id=drawn.pk, by=make_user("cal"), at=NOW)
    services.record_answer(call_id=call.pk, answer=NewAnswer(9), by=bea, at=NOW)  # who is on the phone may finish
    assert CallList.objects.get().state == "stopped"


def calls_that_say(survey: Survey, by: User, scores: list[int], refused: int = 0) -> CallList:
    ask(survey, [10] * 30 + [8] * 10 + [3] * 10)
    ask(survey, [None] * 200)
    drawn = draw(survey, number=len(scores) + refused + 5)
    for score in scores:
        call = services.claim(call_list_id=drawn.pk, by=by, at=NOW)
        assert call is not None
        services.record_answer(call_id=call.pk, answer=NewAnswer(score), by=by, at=NOW)
    for _number in range(refused):
        call = services.claim(call_list_id=drawn.pk, by=by, at=NOW)
        assert call is not None
        services.record_refusal(call_id=call.pk, by=by, at=NOW)
    return drawn


def test_what_it_says_of_all_is_the_computation_apart(survey: Survey, bea: User, now: Any) -> None:
    """By hand, for 50 who answered and 200 who were silent, of whom 12 said a score and 3 did not want to."""
    drawn = calls_that_say(survey, bea, [10] * 2 + [8] * 3 + [2] * 7, refused=3)
    found = progress.finding_of(drawn, progress.progress_of([drawn])[drawn.pk])
    one, two = np.repeat([100.0, 0, -100], [30, 10, 10]), np.repeat([100.0, 0, -100], [2, 3, 7])
    n, w1, w2 = 250, 0.2, 0.8
    value = w1 * one.mean() + w2 * two.mean()
    variance = (
        49 / 249 * one.var(ddof=1) / n + 199 / 249 * two.var(ddof=1) / (12 / 200 * n)
        + (w1 * (one.mean() - value) ** 2 + w2 * (two.mean() - value) ** 2) / 249
    )  # fmt: skip
    margin = 1.959964 * variance**0.5
    assert found.whole is not None
    assert found.bounds is not None
    whole = (found.whole.value, found.whole.low, found.whole.high)
    assert whole == pytest.approx((value, value - margin, value + margin), abs=1e-6)
    low, high = (w1 * 40 + w2 * 100 * (2 - 7 + sign * 3) / 15 for sign in (-1, 1))
    assert (found.bounds.low, found.bounds.high) == pytest.approx((low, high))
    assert (found.progress.refused, found.progress.open, found.progress.drawn) == (3, 5, 20)


def test_who_answers_by_themselves_counts_as_what_they_said(survey: Survey, bea: User, now: Any) -> None:
    drawn = calls_that_say(survey, bea, [9] * 9)
    assert progress.finding_of(drawn, progress.progress_of([drawn])[drawn.pk]).whole is None, "nine are too few"
    waiting = drawn.calls.filter(state="waiting").order_by("place")[0]
    make_answer(survey, 0, contact=waiting.contact)
    found = progress.finding_of(drawn, progress.progress_of([drawn])[drawn.pk])
    assert found.whole is not None
    assert (found.progress.said, found.progress.detractors, found.progress.open) == (10, 1, 4)


def browse(client: Client, method: str, path: str, status: int, **data: Any) -> str:
    answer = getattr(client, method)(path, data)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return str(answer.content.decode())


def test_from_the_draw_to_what_it_says_in_the_browser(survey: Survey, now: Any) -> None:
    campaign = make_campaign(survey)
    ask(survey, [10] * 12, campaign)
    ask(survey, [None] * 30, campaign)
    manager = client_of(make_user("mia", "manager"))
    agent = make_user("bea", all_teams=False)
    assert survey.team is not None
    survey.team.members.add(agent)
    client = client_of(agent)
    assert "Draw a call list" in browse(manager, "get", f"{PAGE}new/?campaign={campaign.pk}", 200)
    given = {"name": "Silent <b>", "campaign": campaign.pk, "from": "2026-10-01", "to": "2026-11-20"}
    assert "Give a number from 1" in browse(manager, "post", f"{PAGE}new/", 422, **given)
    counted = browse(manager, "post", f"{PAGE}new/", 200, **given, number=11, count="1")
    assert "Of 42 customers who were asked 30 did not answer; 30 of these can be called." in counted
    assert not CallList.objects.exists()
    browse(manager, "post", f"{PAGE}new/", 302, **given, number=11)
    drawn = CallList.objects.get()
    page = f"{PAGE}{drawn.pk}/"
    assert "Silent &lt;b&gt;" in browse(client, "get", PAGE, 200)
    assert "Call the next customer" in browse(client, "get", page, 200)
    for number in range(10):
        browse(client, "post", f"{page}next/", 302)
        call = Call.objects.get(state="claimed")
        shown = browse(client, "get", page, 200)
        assert call.contact.phone in shown
        if number == 0:
            assert "Choose a number from 0 to 10." in browse(
                client, "post", f"{page}{call.pk}/answer/", 422, survey="autumn"
            )
        browse(client, "post", f"{page}{call.pk}/answer/", 302, survey="autumn", score="3", comment="Late")
    browse(client, "post", f"{page}next/", 302)
    call = Call.objects.get(state="claimed")
    browse(client, "post", f"{page}{call.pk}/nothing/", 404)
    browse(client, "post", f"{page}{call.pk}/refused/", 302)
    shown = browse(client, "get", page, 200)
    assert "The silent are less happy than those who answered." in shown
    assert "Finished" in shown
    assert client.get(f"{page}picture.svg").status_code == 200
    assert "The silent are less happy" in browse(client, "get", "/insights/silence/", 200)


def test_the_desk_says_that_customers_are_to_be_called(survey: Survey, now: Any) -> None:
    ask(survey, [None] * 3)
    draw(survey, number=2)
    words = "2 customers who did not answer a survey are to be called."
    assert words in browse(client_of(make_user("ada", "admin")), "get", "/desk/", 200)
    assert words not in browse(client_of(make_user("vic", "viewer")), "get", "/desk/", 200)


def test_a_list_as_a_table_has_each_customer_and_what_came_of_it(survey: Survey, bea: User, now: Any) -> None:
    ask(survey, [None] * 2)
    drawn = draw(survey, number=2)
    call = services.claim(call_list_id=drawn.pk, by=bea, at=NOW)
    assert call is not None
    services.record_answer(call_id=call.pk, answer=NewAnswer(3), by=bea, at=NOW)
    table: Any = client_of(make_user("eve", "viewer")).get(f"{PAGE}{drawn.pk}/calls.csv")
    head, first, second = (line.split(",") for line in table.getvalue().decode("utf-8-sig").strip().splitlines())
    rows = [dict(zip(head, one, strict=True)) for one in (first, second)]
    assert [(row["place"], row["state"], row["score"], row["caller"]) for row in rows] == [
        ("1", "answered", "3", "bea"), ("2", "waiting", "", ""),
    ]  # fmt: skip
    stranger = make_user("sam", "viewer", all_teams=False)
    assert client_of(stranger).get(f"{PAGE}{drawn.pk}/calls.csv").status_code == 404


def test_strangers_see_no_list_and_viewers_call_nobody(survey: Survey, now: Any) -> None:
    ask(survey, [None] * 3)
    drawn = draw(survey, number=2)
    stranger = client_of(make_user("sam", all_teams=False))
    browse(stranger, "get", f"{PAGE}{drawn.pk}/", 404)
    browse(stranger, "post", f"{PAGE}{drawn.pk}/next/", 404)
    viewer = client_of(make_user("vic", "viewer"))
    assert "Call the next customer" not in browse(viewer, "get", f"{PAGE}{drawn.pk}/", 200)
    browse(viewer, "post", f"{PAGE}{drawn.pk}/next/", 403)
    browse(client_of(make_user("bea")), "post", f"{PAGE}{drawn.pk}/stop/", 403)
    assert not Call.objects.filter(state="claimed").exists()

"""Times for a call: which are offered, who calls, and that no person has two of them at once."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from followup.causes import services as causes
from followup.clocks.business_time import ALWAYS, ServiceHours
from followup.conversations.case.links import case_path
from followup.conversations.slots import grid, offering, services
from followup.conversations.slots.models import CallBooking
from followup.conversations.slots.services import TimeNotFree
from followup.history import chain
from followup.models import Absence, Notice, Play, Playbook, Promise, RootCause, Ticket, WorkShare
from followup.playbooks import services as playbooks
from followup.tickets import actions, attempts, opening, promises
from nps_project.accounts.links import make_token
from nps_project.accounts.models import Team, User
from surveys.models import Response, Survey
from surveys.services.responses import NewAnswer, change_response
from tests.factories import client_of, make_answer, make_contact, make_survey, make_user

CPH = ZoneInfo("Europe/Copenhagen")
OFFICE = ServiceHours(zone=CPH, week=(*[((9 * 60, 12 * 60), (13 * 60, 16 * 60))] * 5, (), ()))
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=CPH)
HALF_HOUR = timedelta(minutes=30)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CPH)


# The grid


def test_calls_begin_on_half_hours_within_the_hours_of_service() -> None:
    found = [time.astimezone(CPH) for time in grid.starts(OFFICE, MONDAY, at("2026-11-23T14:00"))]
    assert [f"{time:%H:%M}" for time in found] == [
        "09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "13:00", "13:30",
    ]  # fmt: skip


def test_nobody_is_called_within_the_hour_nor_at_the_weekend() -> None:
    found = list(grid.starts(OFFICE, at("2026-11-27T14:40")))
    assert found[0] == at("2026-11-30T09:00")
    assert all(time.astimezone(CPH).weekday() < 5 for time in found)


def test_the_night_in_which_the_clock_changes_moves_no_call() -> None:
    found = list(grid.starts(OFFICE, at("2026-10-23T15:00")))
    assert found[0] == datetime(2026, 10, 26, 8, 0, tzinfo=UTC)


def test_a_team_that_is_always_in_service_calls_in_office_hours() -> None:
    hours = grid.hours_to_call(ALWAYS, CPH)
    times = [time.astimezone(CPH) for time in grid.starts(hours, MONDAY)]
    assert {time.hour for time in times} == set(range(9, 17))
    assert grid.hours_to_call(OFFICE, CPH) is OFFICE


def test_some_of_the_times_are_shown_spread_over_the_days_of_the_reader() -> None:
    shown = grid.to_choose_from(list(grid.starts(OFFICE, MONDAY)), CPH)
    days = [time.astimezone(CPH).date() for time in shown]
    assert len(set(days)) == 5
    assert max(days.count(day) for day in days) == 4
    assert shown[0] == at("2026-11-23T09:00")
    assert shown[3] == at("2026-11-23T15:30")


# Booking


@pytest.fixture(autouse=True)
def monday() -> Any:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def team(db: None) -> Team:
    causes.ensure_defaults()
    playbooks.ensure_default()
    book = Playbook.objects.get(is_default=True)
    drafts = {score: playbooks.draft_of(play) for score, play in playbooks.plays_of(book).items()}
    offering_times = {
        score: replace(draft, fields={**draft.fields, "offers_call_slots": True}) for score, draft in drafts.items()
    }
    playbooks.save_plays(playbook=book, drafts=offering_times)  # plays are kept in memory by their version
    return Team.objects.create(name="North")


@pytest.fixture
def bea(team: Team) -> User:
    found = make_user("bea", "manager")
    team.members.add(found)
    return found


@pytest.fixture
def survey(team: Team) -> Survey:
    return make_survey(team=team)


def unhappy(survey: Survey, number: int = 1, score: int = 5) -> Response:
    return make_answer(survey, score, contact=make_contact(number))


def ticket_of(response: Response) -> Ticket:
    opening.open_for_response(response.pk)
    return Ticket.objects.get(response=response)


def book(response: Response, text: str) -> CallBooking:
    return services.book(response_id=response.pk, starts_at=at(text), at=timezone.now())


def free(ticket: Ticket) -> list[datetime]:
    return list(offering.offer_of(ticket, timezone.now()).free)


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.activities.order_by("number").values_list("kind", flat=True))


def test_before_the_first_contact_only_times_inside_its_deadline_are_free(survey: Survey, bea: User) -> None:
    ticket = ticket_of(unhappy(survey, score=2))
    assert ticket.first_contact_due_at is not None
    assert max(free(ticket)) + HALF_HOUR <= ticket.first_contact_due_at
    attempts.log_attempt(ticket_id=ticket.pk, by=bea, result="reached")
    assert max(free(Ticket.objects.get(pk=ticket.pk))) > ticket.first_contact_due_at


def test_a_play_that_offers_none_has_none(survey: Survey, bea: User) -> None:
    Play.objects.update(offers_call_slots=False)
    response = unhappy(survey)
    assert free(ticket_of(response)) == []
    with pytest.raises(TimeNotFree):
        book(response, "2026-11-23T10:00")
    assert not CallBooking.objects.exists()


def test_a_booked_call_is_the_next_clock_and_a_promise_of_who_calls(survey: Survey, bea: User) -> None:
    response = unhappy(survey)
    booked = book(response, "2026-11-23T10:00")
    ticket = Ticket.objects.get(response=response)
    assert (booked.person, booked.ticket) == (bea, ticket)
    assert (ticket.next_contact_due_at, ticket.deadline) == (at("2026-11-23T10:00"), at("2026-11-23T10:00"))
    promise = Promise.objects.get()
    assert (promise.owner, promise.is_call, promise.due_at) == (bea, True, at("2026-11-23T10:00"))
    assert [(row.person, row.kind) for row in Notice.objects.filter(kind="booked")] == [(bea, "booked")]
    assert kinds(ticket)[-2:] == ["assigned", "call_booked"]
    assert ticket.owner == bea  # nobody had it, and the customer reads who calls
    desk = client_of(bea).get("/desk/?view=mine").content.decode()
    assert "call booked: today 09:00" in desk  # in her zone
    page = client_of(bea).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "Call, at the time that the customer chose" in page
    assert "A call was booked" in client_of(bea).get("/desk/notices/").content.decode()
    assert str(ticket.pk) in client_of(bea).get("/desk/?view=promised").content.decode()
    assert list(chain.verify([ticket.pk])) == []


def test_the_same_time_twice_is_one_booking_and_another_time_moves_it(survey: Survey, bea: User) -> None:
    response = unhappy(survey)
    first = book(response, "2026-11-23T10:00")
    assert book(response, "2026-11-23T10:00").pk == first.pk
    second = book(response, "2026-11-23T14:00")
    first.refresh_from_db()
    assert (first.freed_at is not None, second.freed_at) == (True, None)
    ticket = Ticket.objects.get(response=response)
    assert ticket.deadline == at("2026-11-23T14:00")
    assert kinds(ticket)[-3:] == ["call_booked", "call_cancelled", "call_booked"]
    assert at("2026-11-23T10:00") in free(ticket)
    book(unhappy(survey, 2), "2026-11-23T10:00")


def test_the_page_leads_with_the_call_and_offers_its_time_no_more(survey: Survey, bea: User) -> None:
    response = unhappy(survey)
    book(response, "2026-11-23T10:00")
    page = Client().get(case_path(response)).content.decode()
    said = re.search(r'<p class="?promise"?>(.*?)</p>', page, re.S)
    assert said is not None
    assert "bea calls you: Mon 23 Nov 2026 09:00 UTC" in " ".join(said[1].split())
    assert "We will contact you by" not in page
    assert at("2026-11-23T10:00").astimezone(UTC).isoformat() not in page
    with time_machine.travel(at("2026-11-23T11:00"), tick=False):
        late = Client().get(case_path(response)).content.decode()
    assert "We wanted to call you: Mon 23 Nov 2026 09:00" in late


def test_a_booked_call_is_the_next_call_from_a_quarter_of_an_hour_before_it(survey: Survey, bea: User) -> None:
    response = unhappy(survey)
    book(response, "2026-11-23T10:00")
    for time, is_next in (("2026-11-23T09:44", False), ("2026-11-23T09:46", True), ("2026-11-23T10:20", True)):
        with time_machine.travel(at(time), tick=False):
            assert ("Open the ticket" in client_of(bea).get("/desk/").content.decode()) is is_next


def test_a_booked_call_leaves_a_ticket_with_its_owner(survey: Survey, bea: User, team: Team) -> None:
    carl = make_user("carl")
    team.members.add(carl)
    response = unhappy(survey)
    actions.claim(ticket_id=ticket_of(response).pk, by=carl)
    assert book(response, "2026-11-23T10:00").person == carl
    assert "assigned" not in kinds(Ticket.objects.get(response=response))


def test_a_cancelled_call_is_free_again(survey: Survey, bea: User) -> None:
    response = unhappy(survey)
    book(response, "2026-11-23T10:00")
    assert services.cancel(response_id=response.pk, at=timezone.now())
    assert not services.cancel(response_id=response.pk, at=timezone.now())
    ticket = Ticket.objects.get(response=response)
    assert Promise.objects.get().state == "waived"
    assert not Notice.objects.filter(kind="booked").exists()
    assert at("2026-11-23T10:00") in free(ticket)
    assert ticket.deadline == ticket.next_contact_due_at


def test_two_customers_get_two_people_and_the_third_is_told(survey: Survey, bea: User, team: Team) -> None:
    cai = make_user("cai")
    team.members.add(cai)
    people = {book(unhappy(survey, number), "2026-11-23T10:00").person for number in (1, 2)}
    assert people == {bea, cai}
    late = unhappy(survey, 3)
    with pytest.raises(TimeNotFree):
        book(late, "2026-11-23T10:00")
    assert at("2026-11-23T10:00") not in free(ticket_of(late))


def test_who_is_away_or_has_no_room_calls_nobody(survey: Survey, bea: User, team: Team) -> None:
    cai, dea = make_user("cai"), make_user("dea")
    team.members.add(cai, dea)
    Absence.objects.create(person=bea, first_day=MONDAY.date(), last_day=MONDAY.date())
    WorkShare.objects.create(team=team, person=cai, open_limit=1)
    taken = ticket_of(unhappy(survey, 9))
    actions.claim(ticket_id=taken.pk, by=cai)
    assert book(unhappy(survey), "2026-11-23T10:00").person == dea
    with pytest.raises(TimeNotFree):
        book(unhappy(survey, 2), "2026-11-23T10:00")
    assert book(unhappy(survey, 3), "2026-11-24T10:00").person == bea


def test_the_owner_calls_first(survey: Survey, bea: User, team: Team) -> None:
    cai = make_user("cai")
    response = unhappy(survey)
    ticket = ticket_of(response)
    actions.claim(ticket_id=ticket.pk, by=cai)
    assert book(response, "2026-11-23T10:00").person == cai


def test_a_call_that_reaches_keeps_the_promise_and_one_that_does_not_leaves_it(survey: Survey, bea: User) -> None:
    response = unhappy(survey)
    book(response, "2026-11-23T10:00")
    ticket = Ticket.objects.get(response=response)
    attempts.log_attempt(ticket_id=ticket.pk, by=bea, result="no_answer")
    assert Promise.objects.get().state == "open"
    attempts.log_attempt(ticket_id=ticket.pk, by=bea, result="reached")
    assert Promise.objects.get().state == "kept"
    assert services.held_by(response.pk) is None
    actions.resolve(ticket_id=ticket.pk, by=bea, outcome="kept", root_cause=RootCause.objects.all()[0])
    book(response, "2026-11-24T10:00")
    ticket.refresh_from_db()
    assert not ticket.is_resolved
    assert ticket.deadline == at("2026-11-24T10:00")


def test_a_time_of_a_promise_that_was_waived_is_free_again(survey: Survey, bea: User) -> None:
    response = unhappy(survey)
    booked = book(response, "2026-11-23T10:00")
    promises.waive(ticket_id=booked.ticket_id, promise_id=booked.promise_id, by=bea, reason="wrote instead")
    assert book(unhappy(survey, 2), "2026-11-23T10:00").person == bea
    assert book(response, "2026-11-23T10:30").person == bea


@pytest.mark.parametrize("text", ["2026-11-23T10:10", "2026-11-23T08:30", "2026-11-28T10:00", "2020-01-01T10:00"])
def test_a_time_that_was_never_offered_is_refused(survey: Survey, bea: User, text: str) -> None:
    response = unhappy(survey)
    with pytest.raises(TimeNotFree):
        book(response, text)
    assert not Promise.objects.exists()


# On the customer's page


def post(response: Response, **fields: str) -> Any:
    return Client().post(case_path(response), {"do": "call", **fields})


def times_on(page: str) -> list[str]:
    return re.findall(r'name="slot" value="([^"]+)"', page)


def test_a_nameless_customer_gives_a_number_and_books(survey: Survey, bea: User) -> None:
    response = make_answer(survey, 5, "Late")
    ticket_of(response)
    page = Client().get(case_path(response)).content.decode()
    slot = times_on(page)[0]
    without = post(response, slot=slot)
    assert without.status_code == 422
    assert "Please give the number" in without.content.decode()
    assert post(response, slot=slot, phone="+45 33 12 34 56").status_code == 303
    response.refresh_from_db()
    assert response.contact_phone == "+45 33 12 34 56"
    ticket = Ticket.objects.get()
    assert ticket.deadline == datetime.fromisoformat(slot)
    assert ticket.first_contact_due_at is not None
    page = Client().get(case_path(response)).content.decode()
    assert "bea calls you: Mon 23 Nov 2026" in page
    assert "the one that ends in 56" in page
    Client().post(case_path(response), {"do": "cancel"})
    assert "calls you" not in Client().get(case_path(response)).content.decode()


def test_who_comes_late_sees_the_times_that_are_left(survey: Survey, bea: User) -> None:
    first, late = unhappy(survey), unhappy(survey, 2)
    ticket_of(late)
    slot = times_on(Client().get(case_path(late)).content.decode())[0]
    assert post(first, slot=slot).status_code == 303
    answer = post(late, slot=slot, phone="+45 33 12 34 99")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "no longer free" in page
    assert slot not in times_on(page)
    assert times_on(page)
    assert "+45 33 12 34 99" in page


def test_words_for_when_are_a_message(survey: Survey, bea: User) -> None:
    response = unhappy(survey)
    assert post(response, when="after <b>five</b>").status_code == 303
    assert "Please call me: after &lt;b&gt;five&lt;/b&gt;" in Client().get(case_path(response)).content.decode()
    assert post(response).status_code == 422
    assert post(response, when="x" * 600).status_code == 422
    assert post(response, when="now", phone="12").status_code == 422
    assert not CallBooking.objects.exists()


@pytest.mark.parametrize(
    "slot",
    ["x", "2026-11-23T10:00", "9999-99-99T00:00Z", "\0", "2026-11-23T10:00:00+99:00", "0001-01-01T00:00:00+14:00"],
)
def test_a_forged_time_is_no_time(survey: Survey, bea: User, slot: str) -> None:
    response = unhappy(survey)
    assert post(response, slot=slot).status_code == 422
    assert not CallBooking.objects.exists()


def test_times_are_in_the_customers_zone_and_say_so(survey: Survey, bea: User) -> None:
    response = make_answer(survey, 5, contact=make_contact(1, time_zone="Asia/Tokyo"))
    ticket_of(response)
    page = Client().get(case_path(response)).content.decode()
    assert "Times of Tokyo (JST)" in page


def test_the_thanks_page_offers_the_times_and_its_form_books(survey: Survey, bea: User) -> None:
    response = unhappy(survey)
    ticket_of(response)
    thanks = f"/t/{make_token('t', response.public_id)}/"
    page = Client().get(thanks).content.decode()
    slot = times_on(page)[0]
    assert f'action="{case_path(response)}"' in page
    assert post(response, slot=slot).status_code == 303
    assert times_on(Client().get(thanks).content.decode()) == []
    change_response(response_id=(worse := unhappy(survey, 3)).pk, answer=NewAnswer(score=5, comment="Still"))
    ticket_of(worse)
    change_response(response_id=worse.pk, answer=NewAnswer(score=1))
    late = f"/t/{make_token('t', worse.public_id)}/"
    assert times_on(Client().get(late).content.decode()) == [], "the ticket has the deadline of the 5 until it looks"
    ticket_of(worse)
    assert max(times_on(Client().get(late).content.decode())) < (MONDAY + timedelta(days=1)).isoformat()
    Play.objects.update(offers_call_slots=False)
    other = unhappy(survey, 2)
    ticket_of(other)
    assert times_on(Client().get(f"/t/{make_token('t', other.public_id)}/").content.decode()) == []


@pytest.mark.usefixtures("new_limits")
def test_one_address_takes_some_times_an_hour_and_not_all_of_them(survey: Survey, team: Team) -> None:
    for number in range(13):
        team.members.add(make_user(f"agent{number}"))
    office = Client(REMOTE_ADDR="203.0.113.77")
    statuses = []
    for number in range(12):
        response = unhappy(survey, number)
        ticket = ticket_of(response)
        given = {"do": "call", "slot": free(ticket)[0].isoformat(), "phone": "+45 33 12 34 56"}
        statuses.append(office.post(case_path(response), given).status_code)
    assert statuses == [303] * 10 + [429] * 2
    assert CallBooking.objects.count() == 10
    words = {"do": "call", "when": "On Friday", "phone": "+45 33 12 34 56"}
    assert office.post(case_path(response), words).status_code == 303, "words for when are taken all the same"

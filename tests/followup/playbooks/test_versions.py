"""Plays tried before they are saved, versions told apart and brought back, lanes switched."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.models import Playbook, RouteTo, RoutingRule, Ticket
from followup.playbooks import services as playbooks
from followup.playbooks import versions
from followup.playbooks.default import LANGUAGES
from followup.playbooks.services import PlayDraft
from followup.playbooks.trying import dry_run
from followup.routing import assignment
from followup.statistics import follow_up_figures
from followup.tickets import attempts, opening
from nps_project.accounts.models import Team, User
from surveys.models import Contact, Response, Survey
from surveys.services import responses
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user
from tests.followup.test_setup_pages import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return make_user("ada", "admin")


@pytest.fixture
def client(admin: User) -> Client:
    return client_of(admin)


@pytest.fixture
def book() -> Playbook:
    return playbooks.ensure_default()


def draft(book: Playbook, score: int, **fields: Any) -> PlayDraft:
    now = playbooks.draft_of(playbooks.plays_of(book)[score])
    return replace(now, fields={**now.fields, **fields})


def tried(book: Playbook, score: int, **fields: Any) -> dry_run.DryRun:
    return dry_run.dry_run(playbook=book, score=score, draft=draft(book, score, **fields), at=timezone.now())


def answered(number: int, score: int, hours_after: float | None, *, agent: User, **contact: Any) -> Ticket:
    """A ticket of five days ago, contacted so many hours after the answer."""
    survey = Survey.objects.filter(slug="tried").first() or make_survey("tried")
    ticket = make_ticket(survey, score, contact=make_contact(number, **contact))
    start = timezone.now() - timedelta(days=5)
    Response.objects.filter(pk=ticket.response_id).update(answered_at=start)
    Ticket.objects.filter(pk=ticket.pk).update(clock_from=start, first_contact_due_at=start + timedelta(hours=48))
    if hours_after is not None:
        attempts.log_attempt(ticket_id=ticket.pk, by=agent, result="reached")
        Ticket.objects.filter(pk=ticket.pk).update(first_contact_at=start + timedelta(hours=hours_after))
    return ticket


def test_a_dry_run_counts_what_would_have_been_late(book: Playbook, admin: User) -> None:
    for number, hours in enumerate((3, 20, 30, 60, None)):
        answered(number, 5, hours, agent=admin)
    answered(9, 4, 1, agent=admin)  # another score
    as_it_is, sooner = tried(book, 5), tried(book, 5, hours=12)
    assert (as_it_is.answers, as_it_is.would_open, as_it_is.opened) == (5, 5, 5)
    assert (as_it_is.timed, as_it_is.late, as_it_is.late_now) == (5, 2, 2)
    assert (sooner.timed, sooner.late, sooner.late_now) == (5, 4, 2)
    assert tried(book, 5, hours=None).timed == 0
    assert tried(book, 5, opens_ticket=False).would_open == 0
    assert book.versions.count() == 1


def test_a_dry_run_says_whose_the_tickets_would_be(book: Playbook, admin: User) -> None:
    bea, team = make_user("bea"), Team.objects.create(name="South")
    for number in range(3):
        answered(number, 5, 1, agent=admin, value=100 * number)
    assert {one.name: one.tickets for one in tried(book, 5, owner=bea).whose} == {"bea": 3}
    rule = RoutingRule(name="Rich", position=1, to=RouteTo.TEAM, team=team, value_from=150)
    assignment.save_rule(assignment.Rule(rule))
    assert {one.name: one.tickets for one in tried(book, 5, owner=bea).whose} == {"bea": 2, "South": 1}


def test_a_dry_run_asks_as_much_of_many_answers_and_says_when_it_stops(
    book: Playbook, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []
    for upto in (1, 6):
        for number in range(Ticket.objects.count(), upto):
            answered(number, 5, 1, agent=admin, account_manager="ada@example.com")
        with CaptureQueriesContext(connection) as queries:
            found = tried(book, 5)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14
    assert found.is_cut is False
    monkeypatch.setattr(dry_run, "MOST", 4)
    assert (tried(book, 5).answers, tried(book, 5).is_cut) == (4, True)


def test_a_dry_run_says_how_many_would_be_asked_again_and_why_others_are_not(book: Playbook, admin: User) -> None:
    tickets = [answered(number, 5, 1, agent=admin) for number in range(6)]
    contacts = [Contact.objects.get(pk=ticket.response.contact_id or 0) for ticket in tickets]
    for number, contact in enumerate(contacts):
        contact.email, contact.unsubscribed_at = f"k{number}@klanten.dk", timezone.now() if number == 1 else None
        contact.save()
    now = timezone.now()
    Contact.objects.filter(pk=contacts[2].pk).update(email="k2@example.com")
    for ticket in tickets[:5]:
        Ticket.objects.filter(pk=ticket.pk).update(resolved_at=now, status="resolved", outcome="recovered")
    Ticket.objects.filter(pk=tickets[3].pk).update(outcome="unreachable")
    found = tried(book, 5, ask_again_days=14).again
    assert found is not None
    assert (found.days, found.resolved, found.asked) == (14, 5, 2)
    reasons = {"unsubscribed": 1, "an address that can belong to nobody": 1, "nobody got hold of them": 1}
    assert dict(found.reasons) == reasons
    assert tried(book, 5, ask_again_days=None).again is None


def test_an_answer_to_a_survey_with_another_playbook_is_not_tried(book: Playbook, admin: User) -> None:
    ticket = answered(1, 5, 1, agent=admin)
    other = playbooks.copy_playbook(playbook=book, name="Other")
    playbooks.use_playbook(survey=ticket.survey, playbook=other)
    assert (tried(book, 5).answers, tried(other, 5).answers) == (0, 1)


def test_trying_in_the_editor_stores_nothing_and_keeps_what_is_typed(
    book: Playbook, client: Client, admin: User
) -> None:
    answered(1, 5, 30, agent=admin)
    address = f"/setup/playbooks/{book.pk}/5/"
    form = fields_of(client, address)
    page = client.post(address, {**form, "hours": "12", "tells_en": "Typed words", "try": "1"})
    text = page.content.decode()
    assert page.status_code == 200
    assert (
        "Of 1 tickets whose first contact is known, 1 would have been late; by the deadlines they had, 0 were." in text
    )
    assert 'value="Typed words"' in text
    assert book.versions.count() == 1
    none = client.post(f"/setup/playbooks/{book.pk}/1/", {**form, "try": "1"}).content.decode()
    assert "No answer had this score" in none
    assert client.post(address, {**form, "hours": "0", "try": "1"}).status_code == 422


def test_versions_are_listed_compared_and_brought_back(book: Playbook, client: Client, admin: User) -> None:
    before = draft(book, 3)
    changed = replace(before, fields={**before.fields, "hours": 48}, steps=before.steps[1:])
    playbooks.save_plays(playbook=book, drafts={3: changed}, by=admin)
    page = client.get(f"/setup/playbooks/{book.pk}/").content.decode()
    assert "Score 3: First contact within (hours): 24 → 48, Steps (English)" in page
    side = client.get(f"/setup/playbooks/{book.pk}/versions/1/2/").content.decode()
    assert '<del><span class="sr-only">left out: </span>Apologise: Say sorry, without excuses.</del>' in side
    assert '<ins><span class="sr-only">new: </span>48</ins>' in side
    assert "They are the same." in client.get(f"/setup/playbooks/{book.pk}/versions/2/2/").content.decode()
    assert client.get(f"/setup/playbooks/{book.pk}/versions/1/9/").status_code == 404
    assert client.post(f"/setup/playbooks/{book.pk}/versions/9/back/").status_code == 404
    assert client.post(f"/setup/playbooks/{book.pk}/versions/1/back/").status_code == 302
    assert book.current_version().number == 3
    assert playbooks.draft_of(playbooks.plays_of(book)[3]) == before


def test_the_list_of_versions_asks_as_much_of_many(book: Playbook, client: Client, admin: User) -> None:
    counts = []
    for hours in (30, 31, 32, 33):
        playbooks.save_plays(playbook=book, drafts={3: draft(book, 3, hours=hours)}, by=admin)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/setup/playbooks/{book.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[-1]


def test_the_oldest_version_that_is_shown_says_what_it_changed(
    book: Playbook, client: Client, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "MOST_SHOWN", 2)
    for hours in (30, 31, 32):
        playbooks.save_plays(playbook=book, drafts={3: draft(book, 3, hours=hours)}, by=admin)
    page = client.get(f"/setup/playbooks/{book.pk}/").content.decode()
    assert [f"{one} → {one + 1}" in page for one in (29, 30, 31)] == [False, True, True]
    assert page.count("Side by side") == 2


def test_a_ticket_keeps_its_play_when_versions_change(book: Playbook, admin: User) -> None:
    ticket = make_ticket(make_survey(), 3, contact=make_contact(1))
    playbooks.save_plays(playbook=book, drafts={3: draft(book, 3, hours=99)}, by=admin)
    ticket.refresh_from_db()
    assert ticket.play.hours == 24
    assert make_ticket(ticket.survey, 3, contact=make_contact(2)).play.hours == 99


def test_a_lane_is_switched_on_and_off(book: Playbook, client: Client) -> None:
    survey = make_survey()
    quiet = make_answer(survey, 8, contact=make_contact(1))
    assert opening.open_for_response(quiet.pk) is None
    page = client.get(f"/setup/playbooks/{book.pk}/").content.decode()
    assert "Passives, 7 and 8: off" in page
    client.post(f"/setup/playbooks/{book.pk}/lanes/passives/", {"on": "1"})
    assert "Passives, 7 and 8: on" in client.get(f"/setup/playbooks/{book.pk}/").content.decode()
    opened = {score: opening.open_for_response(make_answer(survey, score, contact=make_contact(score)).pk)
              for score in (7, 8, 9)}  # fmt: skip
    assert [score for score, ticket in opened.items() if ticket] == [7, 8]
    client.post(f"/setup/playbooks/{book.pk}/lanes/passives/", {"on": "1"})
    assert book.versions.count() == 2  # as it was already
    client.post(f"/setup/playbooks/{book.pk}/lanes/passives/", {"on": "0"})
    assert opening.open_for_response(make_answer(survey, 8, contact=make_contact(20)).pk) is None
    assert client.post(f"/setup/playbooks/{book.pk}/lanes/detractors/", {"on": "1"}).status_code == 404


def test_imported_history_opens_nothing_in_a_lane(book: Playbook, admin: User) -> None:
    versions.switch_lane(playbook=book, lane="promoters", on=True, by=admin)
    old = make_answer(make_survey(), 10, contact=make_contact(1))
    Response.objects.filter(pk=old.pk).update(is_imported=True)
    assert opening.open_for_response(old.pk) is None


def test_a_passive_who_becomes_unhappy_leaves_their_lane_and_lanes_stand_outside_the_figures(
    book: Playbook, admin: User
) -> None:
    versions.switch_lane(playbook=book, lane="passives", on=True, by=admin)
    survey, now = make_survey(), timezone.now()
    answer = make_answer(survey, 8, contact=make_contact(1))
    ticket = opening.open_for_response(answer.pk)
    assert ticket is not None
    attempts.log_attempt(ticket_id=ticket.pk, by=admin, result="reached")
    assert follow_up_figures(Ticket.objects.all(), at=now).n == 0
    responses.change_response(response_id=answer.pk, answer=responses.NewAnswer(3))
    opening.open_for_response(answer.pk)
    ticket.refresh_from_db()
    assert (ticket.score, ticket.priority, ticket.play.score) == (3, "high", 3)
    assert follow_up_figures(Ticket.objects.all(), at=timezone.now()).n == 1


def test_the_shipped_plays_have_words_in_three_languages_and_tell_managers_of_the_worst(book: Playbook) -> None:
    plays = playbooks.plays_of(book)
    for score, play in plays.items():
        assert set(play.mail_subject) == set(play.mail_body) == set(LANGUAGES), score
        assert len({play.mail_body[code] for code in LANGUAGES}) == 3, score
        assert bool(play.call_script) == (score <= 6)
        assert [(level.hours_after, level.to) for level in play.levels.all()] == (
            [(24, "managers")] if score < 3 else []
        )

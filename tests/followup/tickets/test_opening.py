"""What a ticket is when it opens: play, clock, owner, steps, who is told; and when none opens."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.errors import AlreadyOpened, WrongState
from followup.history import chain
from followup.models import Activity, Stage, Ticket
from followup.models.ticket import NO_DEADLINE
from followup.notify import account_managers
from followup.playbooks import services as playbooks
from followup.playbooks.services import PlayDraft, draft_of
from followup.tickets import opening
from nps_project.accounts.models import Team
from nps_project.deliveries.models import Delivery
from nps_project.deliveries.sending import send_one
from surveys.models import Response, Survey
from surveys.services import announcements
from surveys.services.decisions import accept_response, discard_response
from surveys.services.responses import NewAnswer, change_response
from tests.factories import make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def survey() -> Survey:
    return make_survey()


def change_play(survey: Survey, score: int, **fields: Any) -> None:
    """A new version of the survey's playbook with other fields in one play."""
    play = playbooks.plays_for(survey.pk)[score]
    draft = draft_of(play)
    playbooks.save_plays(
        playbook=playbooks.playbook_of(survey.pk), drafts={score: PlayDraft({**draft.fields, **fields}, draft.steps)}
    )


# The eleven plays, written down from the playbook of the design and not from the code.
TALK = ["listen", "explain", "thank", "account_manager", "crm", "next_contact"]
SORRY = ["apologise", "listen", "compensation", "explain", "thank", "account_manager", "crm", "next_contact"]
PLAYS = [
    (0, "critical", 24, "person_or_phone", SORRY),
    (1, "critical", 24, "person_or_phone", SORRY),
    (2, "critical", 24, "person_or_phone", SORRY),
    (3, "high", 24, "phone_else_email", SORRY),
    (4, "high", 48, "phone_else_email", SORRY),
    (5, "normal", 48, "phone_else_email", TALK),
    (6, "normal", 48, "email", TALK),
    (7, "low", 168, "email", ["listen", "custom", "explain", "thank"]),
    (8, "low", 168, "email", ["listen", "custom", "explain", "thank"]),
    (9, "low", None, "email", ["listen", "thank", "custom"]),
    (10, "low", None, "email", ["listen", "thank", "custom"]),
]


@pytest.mark.parametrize(("score", "priority", "hours", "contact_by", "steps"), PLAYS)
def test_each_score_has_the_play_of_the_playbook(
    survey: Survey, score: int, priority: str, hours: int | None, contact_by: str, steps: list[str]
) -> None:
    play = playbooks.plays_for(survey.pk)[score]
    assert (play.priority, play.hours, play.contact_by) == (priority, hours, contact_by)
    assert play.opens_ticket is (score <= 6)

    response = make_answer(survey, score, contact=make_contact(1, account_manager="am@nordlys.dk"))
    ticket = opening.open_for_response(response.pk)

    if score > 6:
        assert ticket is None
        assert not Ticket.objects.exists()
        return
    assert ticket is not None
    assert hours is not None
    assert (ticket.priority, ticket.status, ticket.score) == (priority, "open", score)
    assert ticket.first_contact_due_at == ticket.deadline == response.answered_at + hours * HOUR
    assert ticket.warn_at == ticket.deadline - hours * HOUR / 4
    assert [step.kind for step in ticket.steps.all()] == steps
    assert all(step.is_required and step.done_at is None for step in ticket.steps.all())
    assert ticket.due_state(response.answered_at) == "on_time"


def test_the_clock_runs_from_the_answer_however_late_the_worker_is(survey: Survey) -> None:
    response = make_answer(survey, 3, contact=make_contact(1))
    with time_machine.travel(response.answered_at + 30 * HOUR, tick=False):
        ticket = opening.open_for_response(response.pk)
    assert ticket is not None
    assert ticket.opened_at == response.answered_at + 30 * HOUR
    assert ticket.first_contact_due_at == response.answered_at + 24 * HOUR
    assert ticket.due_state(ticket.opened_at) == "overdue"


def test_a_second_run_changes_nothing(survey: Survey) -> None:
    ticket = make_ticket(survey, 2, contact=make_contact(1))
    assert opening.open_for_response(ticket.response_id) is None
    announcements.store([ticket.response_id])  # as if it had not been taken
    again = opening.open_for_response(ticket.response_id)
    assert again == ticket
    ticket.refresh_from_db()
    assert ticket.history_count == Activity.objects.count() == 1
    assert ticket.steps.count() == 7


@pytest.mark.parametrize(
    ("contact", "typed", "reachable"),
    [
        ({}, {}, True),
        ({"phone": ""}, {}, True),
        (None, {}, False),
        (None, {"contact_name": "Ada"}, False),
        (None, {"contact_email": "a@example.com"}, True),
        (None, {"contact_phone": "12345678"}, True),
    ],
)
def test_without_a_way_to_reach_them_no_clock_runs(
    survey: Survey, contact: dict[str, Any] | None, typed: dict[str, str], reachable: bool
) -> None:
    ticket = make_ticket(survey, 0, contact=None if contact is None else make_contact(1, **contact), **typed)
    assert ticket.can_be_reached is reachable
    assert (ticket.first_contact_due_at is not None) is reachable
    if not reachable:
        assert (ticket.deadline, ticket.stage) == (NO_DEADLINE, Stage.NO_CLOCK)
        assert ticket.due_state(timezone.now() + 999 * HOUR) is None


def test_history_opens_nothing(survey: Survey) -> None:
    """By what is stored, at the very hour: never by the time now."""
    now = timezone.now()
    fresh = make_answer(survey, 3, answered_at=now - 24 * HOUR, recorded_at=now)
    late = make_answer(survey, 3, answered_at=now - 24 * HOUR - timedelta(seconds=1), recorded_at=now)
    imported = make_answer(survey, 3, is_imported=True)
    opening.open_for_responses([fresh.pk, late.pk, imported.pk])
    assert [ticket.response_id for ticket in Ticket.objects.all()] == [fresh.pk]
    assert not Response.objects.unprocessed().exists()
    assert not Delivery.objects.exists()


def test_doubtful_answers_wait_for_a_person_and_their_clock_too(survey: Survey) -> None:
    accepted, rejected = (
        make_answer(survey, 1, contact=make_contact(number), state="provisional") for number in (1, 2)
    )
    ids = [accepted.pk, rejected.pk]
    opening.open_for_responses(ids)
    assert not Ticket.objects.exists()

    with time_machine.travel(accepted.answered_at + 100 * HOUR, tick=False):
        accept_response(response_id=accepted.pk, by=None)
        discard_response(response_id=rejected.pk, by=None, reason="spam")
        opening.open_for_responses(ids)
    ticket = Ticket.objects.get()
    assert ticket.first_contact_due_at == accepted.answered_at + 124 * HOUR
    assert not Response.objects.unprocessed().exists()


def test_quiet_answers_are_decided_together(survey: Survey) -> None:
    ids = [make_answer(survey, 7 + number % 4).pk for number in range(40)]
    playbooks.plays_for(survey.pk)
    with CaptureQueriesContext(connection) as queries:
        opening.open_for_responses(ids)
    assert len(queries) <= 8
    assert not Response.objects.unprocessed().exists()
    assert not Ticket.objects.exists()


def test_a_play_can_open_tickets_for_happy_customers(survey: Survey) -> None:
    change_play(survey, 8, opens_ticket=True)
    change_play(survey, 10, opens_ticket=True)
    passive = make_ticket(survey, 8, contact=make_contact(1))
    promoter = make_ticket(survey, 10, contact=make_contact(2))
    assert passive.first_contact_due_at == passive.response.answered_at + 168 * HOUR
    assert promoter.first_contact_due_at is None
    assert make_answer(survey, 9).pk not in Ticket.objects.values_list("response", flat=True)


def test_a_ticket_keeps_the_version_of_its_play(survey: Survey) -> None:
    ticket = make_ticket(survey, 2, contact=make_contact(1))
    change_play(survey, 2, hours=1)
    ticket.refresh_from_db()
    assert ticket.play.hours == 24
    assert make_ticket(survey, 2, contact=make_contact(2)).play.hours == 1


# Owner


@pytest.mark.parametrize(
    ("manager", "owner", "expected"),
    [
        ("agent", "other", "am"),
        ("viewer", "other", "other"),
        ("gone", "other", "other"),
        (None, "other", "other"),
        (None, "gone", None),
        (None, None, None),
    ],
)
def test_who_owns_a_new_ticket(survey: Survey, manager: str | None, owner: str | None, expected: str | None) -> None:
    team = Team.objects.create(name="North")
    if manager:
        make_user("am", "agent" if manager == "gone" else manager, is_active=manager != "gone")
    of_play = make_user("other", is_active=owner != "gone") if owner else None
    change_play(survey, 2, owner=of_play, team=team)

    ticket = make_ticket(survey, 2, contact=make_contact(1, account_manager="am@example.com" if manager else ""))

    assert ticket.team == team
    assert (ticket.owner.name if ticket.owner else None) == expected


def test_without_a_team_in_the_play_the_surveys_team_has_it() -> None:
    team = Team.objects.create(name="North")
    assert make_ticket(make_survey(team=team), 2).team == team


# Telling the account manager


def mail_to_account_manager(ticket: Ticket) -> Delivery | None:
    return Delivery.objects.filter(about=f"ticket-told:{ticket.pk}").first()


def test_a_colleague_gets_score_comment_and_link(survey: Survey) -> None:
    make_user("am", "viewer", language="da")
    contact = make_contact(1, account_manager="am@example.com")
    ticket = make_ticket(survey, 2, "Three weeks & nothing", contact=contact)
    mail = mail_to_account_manager(ticket)
    assert mail is not None
    assert (mail.to_address, mail.language) == ("am@example.com", "da")
    for part in ("Three weeks & nothing", f"/desk/tickets/{ticket.pk}/"):
        assert part in mail.body_text
    assert "Three weeks &amp; nothing" in mail.body_html


def test_somebody_outside_gets_no_comment_and_only_where_the_admin_allows(survey: Survey) -> None:
    account_managers.set_domains(["Partner.dk"])
    listed = make_ticket(
        survey, 2, "a private word", contact=make_contact(1, account_manager="am@partner.dk", name="Ada Berg")
    )
    mail = mail_to_account_manager(listed)
    assert mail is not None
    assert "Ada Berg" in mail.subject + mail.body_text
    for body in (mail.body_text, mail.body_html, mail.subject):
        assert "private" not in body
        assert "/desk/" not in body

    for number, address in enumerate(("am@elsewhere.dk", "am@notpartner.dk", "am@sub.partner.dk"), start=2):
        assert (
            mail_to_account_manager(make_ticket(survey, 2, contact=make_contact(number, account_manager=address)))
            is None
        )


def test_nobody_to_tell_leaves_the_step_out(survey: Survey) -> None:
    ticket = make_ticket(survey, 2, contact=make_contact(1))
    assert "account_manager" not in [step.kind for step in ticket.steps.all()]
    assert mail_to_account_manager(ticket) is None


def test_the_step_ticks_itself_when_the_mail_is_sent(survey: Survey) -> None:
    make_user("am")
    ticket = make_ticket(survey, 2, contact=make_contact(1, account_manager="am@example.com"))
    step = ticket.steps.get(kind="account_manager")
    assert step.done_at is None
    mail = mail_to_account_manager(ticket)
    assert mail is not None

    assert send_one(mail.pk)

    step.refresh_from_db()
    mail.refresh_from_db()
    assert (step.done_at, step.done_by) == (mail.sent_at, None)
    ticket.refresh_from_db()
    assert ticket.history_count == 2
    assert list(chain.verify([ticket.pk])) == []
    assert not send_one(mail.pk)


# By hand


def test_a_ticket_opened_by_hand_counts_from_its_opening(survey: Survey) -> None:
    by = make_user("bea")
    response = make_answer(survey, 3, answered_at=timezone.now() - 300 * HOUR, contact=make_contact(1))
    opening.open_for_response(response.pk)
    ticket = opening.open_by_hand(response_id=response.pk, by=by)
    assert ticket.is_by_hand
    assert ticket.first_contact_due_at == ticket.opened_at + 24 * HOUR
    entry = Activity.objects.get()
    assert (entry.kind, entry.actor) == ("opened_by_hand", by)
    with pytest.raises(AlreadyOpened):
        opening.open_by_hand(response_id=response.pk, by=by)


def test_a_play_without_hours_gives_a_ticket_without_a_clock(survey: Survey) -> None:
    response = make_answer(survey, 10, contact=make_contact(1))
    ticket = opening.open_by_hand(response_id=response.pk, by=make_user("bea"))
    assert (ticket.first_contact_due_at, ticket.due_state(timezone.now() + 9_999 * HOUR)) == (None, None)


def test_only_a_confirmed_answer_gets_a_ticket_by_hand(survey: Survey) -> None:
    for state in ("provisional", "discarded"):
        with pytest.raises(WrongState):
            opening.open_by_hand(response_id=make_answer(survey, 3, state=state).pk, by=make_user(state))
    assert not Ticket.objects.exists()


# Who sees it


@pytest.mark.parametrize(
    ("role", "all_teams", "sees"),
    [
        ("admin", False, "north south none mine"),
        ("manager", True, "north south none mine"),
        ("agent", True, "north south none mine"),
        ("viewer", True, "north south none mine"),
        ("manager", False, "north mine"),
        ("agent", False, "north mine"),
        ("viewer", False, "north mine"),
    ],
)
def test_people_see_their_teams_tickets_and_their_own(role: str, all_teams: bool, sees: str) -> None:
    user = make_user("ada", role, all_teams=all_teams)
    north, south = (Team.objects.create(name=name) for name in ("north", "south"))
    north.members.add(user)
    made = {
        name: make_ticket(make_survey(name, team=team), 3)
        for name, team in (("north", north), ("south", south), ("none", None), ("mine", south))
    }
    Ticket.objects.filter(pk=made["mine"].pk).update(owner=user)
    seen = set(Ticket.objects.visible_to(user))
    assert {name for name, ticket in made.items() if ticket in seen} == set(sees.split())


def test_a_follow_up_of_a_history_answer_is_not_opened_by_new_words(survey: Survey) -> None:
    now = timezone.now()
    response = make_answer(survey, 3, "bad", answered_at=now - 48 * HOUR, recorded_at=now, contact=make_contact(1))
    opening.open_for_response(response.pk)
    for score, comment in ((3, "very bad"), (5, "a little bad")):
        change_response(response_id=response.pk, answer=NewAnswer(score, comment))
        assert opening.open_for_response(response.pk) is None
    change_response(response_id=response.pk, answer=NewAnswer(1, "worse"))
    ticket = opening.open_for_response(response.pk)
    assert ticket is not None
    response.refresh_from_db()
    assert response.changed_at is not None
    assert ticket.first_contact_due_at == response.changed_at + 24 * HOUR

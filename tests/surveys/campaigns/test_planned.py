"""What a contact's page says of mails to come."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from nps_project.accounts.models import Team, User
from surveys.models import Campaign, Contact, Invitation, Survey
from tests.factories import client_of, make_answer, make_contact, make_survey, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def planned_on_the_page(contact: Contact) -> str:
    page = client_of(make_user(f"bea{User.objects.count()}", language="en")).get(f"/contacts/{contact.pk}/")
    return " ".join(page.content.decode().split("What is planned")[1].split("What was decided")[0].split())


def plan(survey: Survey, contact: Contact, status: str, **fields: object) -> None:
    Invitation.objects.create(survey=survey, contact=contact, channel="email", status=status, **fields)


def test_waiting_and_held_mails_and_reminders_are_said_with_when_and_why() -> None:
    survey, contact = make_survey(), make_contact(1)
    with time_machine.travel(NOW, tick=False):
        assert "Nothing is planned" in planned_on_the_page(contact)
        plan(survey, contact, "waiting", send_at=NOW + timedelta(days=1))
        plan(survey, contact, "held", reason="quarantine", held_until=NOW + timedelta(days=3))
        plan(survey, contact, "held", reason="policy")
        plan(survey, contact, "sent", remind_at=NOW + timedelta(days=2))
        plan(survey, contact, "sent", asked_at=NOW)
        page = planned_on_the_page(contact)
    order = ["27 Nov 2026 09:00", "A mail that asks", "28 Nov 2026 09:00", "A reminder, unless they answer",
             "29 Nov 2026 09:00", "Held: asked or answered a short while ago", "when a person says so",
             "Held: refused by policy"]  # fmt: skip
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert page.count('<th scope="row">') == 4


def test_of_a_paused_campaign_no_time_is_promised() -> None:
    survey, contact = make_survey(), make_contact(1)
    paused = Campaign.objects.create(name="Spring <b>", survey=survey, status="paused", paused_because="person")
    plan(survey, contact, "waiting", send_at=NOW + timedelta(days=1), campaign=paused)
    page = planned_on_the_page(contact)
    assert "when its campaign goes on" in page
    assert "Spring &lt;b&gt;" in page
    assert "27 Nov" not in page


def test_what_is_planned_for_another_team_is_not_shown() -> None:
    contact = make_contact(1)
    plan(make_survey("secret", team=Team.objects.create(name="North")), contact, "waiting", send_at=NOW)
    south, cem = Team.objects.create(name="South"), make_user("cem", all_teams=False, language="en")
    cem.teams.add(south)
    Invitation.objects.create(survey=make_survey(team=south), contact=contact)
    page = client_of(cem).get(f"/contacts/{contact.pk}/").content.decode()
    assert "Nothing is planned" in page
    assert "Secret" not in page


def test_no_reminder_is_planned_for_who_has_answered_by_another_door() -> None:
    survey, contact = make_survey(), make_contact(1)
    plan(survey, contact, "sent", sent_at=NOW, remind_at=NOW + timedelta(days=7))
    assert "A reminder" in planned_on_the_page(contact)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        make_answer(survey, 6, contact=contact, channel="phone")
    assert "Nothing is planned" in planned_on_the_page(contact)

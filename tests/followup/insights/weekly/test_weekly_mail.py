"""The weekly mail: to whom, when, of what, once; and not when nothing happened."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from followup.causes import services as causes
from followup.insights.weekly import sending
from followup.insights.weekly.figures import week_before
from followup.insights.weekly.models import WeeklyMail
from followup.insights.weekly.readers import readers, scope_of
from followup.insights.weekly.tasks import send
from followup.models import RootCause, Ticket
from followup.tickets import actions, attempts, opening
from nps_project.accounts.models import Team, User
from nps_project.deliveries.models import Delivery
from surveys.models import Survey
from tests.factories import client_of, make_answer, make_contact, make_survey, make_user

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
THURSDAY = datetime(2026, 11, 19, 10, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)  # half past seven in Copenhagen
ZONE = "Europe/Copenhagen"


def answer(survey: Survey, score: int, number: int, at: datetime = THURSDAY, **fields: Any) -> Ticket | None:
    made = make_answer(
        survey, score, contact=make_contact(number), answered_at=at, recorded_at=at, **fields,
    )  # fmt: skip
    return opening.open_for_response(made.pk, at=at)


def reader(name: str, role: str = "manager", **fields: Any) -> User:
    return make_user(name, role, **{"time_zone": ZONE} | fields)


def at_time(at: datetime) -> None:
    """What beat does each minute."""
    with time_machine.travel(at, tick=False):
        send()


def mails() -> list[Delivery]:
    return list(Delivery.objects.filter(template="weekly").order_by("pk"))


def test_leads_managers_of_all_and_admins_get_it_and_nobody_else() -> None:
    chief, boss = reader("chief"), reader("boss", "admin")
    lead = reader("lead", "agent")
    Team.objects.create(name="North", lead=lead)
    reader("south", "manager", all_teams=False)
    reader("agent", "agent")
    reader("never", "admin", weekly_day=None)
    reader("gone", "admin", is_active=False)
    assert set(readers()) == {chief, boss, lead}


def test_it_comes_at_the_readers_time_once_a_week_and_says_what_happened() -> None:
    survey, chief = make_survey(), reader("chief")
    with time_machine.travel(THURSDAY, tick=False):
        causes.ensure_defaults()
        for number, score in enumerate((2, 3, 7, 9, 10)):
            answer(survey, score, number)
        done = Ticket.objects.get(score=3)
        attempts.log_attempt(ticket_id=done.pk, by=chief, result="reached", at=THURSDAY)
        cause = RootCause.objects.filter(is_active=True)[0]
        actions.resolve(ticket_id=done.pk, by=chief, outcome="recovered", root_cause=cause)
    at_time(THURSDAY)
    at_time(MONDAY - timedelta(seconds=1))
    assert mails() == []
    at_time(MONDAY)
    at_time(MONDAY)
    at_time(MONDAY + HOUR)
    (mail,) = mails()
    assert (mail.to_address, mail.dedupe_key) == ("chief@example.com", f"weekly:{chief.pk}:2026-11-23")
    assert mail.subject.startswith("Your week: NPS 0, between ")
    assert mail.subject.endswith("from 5 answers; 1 ticket is late")
    for words in ("16 Nov 2026 to 22 Nov 2026", "Ticket", "Customer 0", "1 ticket was resolved, 1 as recovered.",
                  cause.name, "No cause clearly grows.", "/setup/me/"):  # fmt: skip
        assert words in mail.body_text
        assert words in mail.body_html
    assert "Contacted in time: 50 % of 2." in mail.body_text
    assert 'bgcolor="#b3361b"' in mail.body_html
    assert "<img" not in mail.body_html
    with time_machine.travel(MONDAY + 3 * DAY, tick=False):
        answer(survey, 9, 20, at=MONDAY + 3 * DAY)
    at_time(MONDAY + 7 * DAY)
    assert [one.dedupe_key[-10:] for one in mails()] == ["2026-11-23", "2026-11-30"]


def test_two_beats_send_it_once() -> None:
    survey, chief = make_survey(), reader("chief")
    answer(survey, 2, 1)
    at_time(THURSDAY)
    row = WeeklyMail.objects.get(person=chief)
    assert sending.send(row.pk, MONDAY) is True
    assert sending.send(row.pk, MONDAY) is False
    sending.plan(MONDAY)
    sending.plan(MONDAY)
    assert (len(mails()), WeeklyMail.objects.count()) == (1, 1)


def test_it_is_left_out_when_nothing_happened() -> None:
    reader("chief")
    at_time(THURSDAY)
    at_time(MONDAY)
    assert mails() == []
    assert WeeklyMail.objects.get().due_at == MONDAY + 7 * DAY


def test_after_an_outage_it_comes_late_by_hours_and_not_by_days() -> None:
    survey = make_survey()
    reader("chief"), reader("bob", "admin", weekly_day=3)
    answer(survey, 2, 1)
    at_time(THURSDAY - HOUR)
    at_time(MONDAY + DAY)
    assert [mail.to_address for mail in mails()] == ["chief@example.com"], "Thursday's was for last Thursday"
    at_time(MONDAY + 3 * DAY + HOUR)
    assert len(mails()) == 2


def test_another_time_in_the_same_week_brings_no_second_mail() -> None:
    survey, chief = make_survey(), reader("chief")
    answer(survey, 2, 1)
    at_time(THURSDAY)
    at_time(MONDAY)
    page = client_of(chief)
    sent = page.post("/setup/me/", {"name": "chief", "language": "nl", "time_zone": "America/New_York",
                                    "weekly_day": "2", "weekly_time": "18:00"})  # fmt: skip
    assert sent.status_code == 302
    at_time(MONDAY + HOUR)
    assert WeeklyMail.objects.get().due_at == datetime(2026, 11, 25, 23, tzinfo=UTC)
    at_time(MONDAY + 4 * DAY)
    assert len(mails()) == 1
    answer(survey, 2, 2, at=MONDAY + 5 * DAY)
    at_time(datetime(2026, 12, 2, 23, tzinfo=UTC))
    assert [mail.language for mail in mails()] == ["en", "nl"]
    assert mails()[1].subject.startswith("Je week: NPS")


def test_who_does_not_want_it_any_more_gets_none(client: Any) -> None:
    survey, chief = make_survey(), reader("chief")
    answer(survey, 2, 1)
    at_time(THURSDAY)
    client_of(chief).post("/setup/me/", {"name": "c", "language": "en", "time_zone": ZONE, "weekly_day": "never"})
    at_time(MONDAY)
    assert mails() == []
    assert not WeeklyMail.objects.exists()


def test_the_settings_say_who_can_have_it_and_refuse_what_is_no_time() -> None:
    agent, chief = client_of(make_user("agent")), client_of(reader("chief"))
    assert "weekly_day" not in agent.get("/setup/me/").content.decode()
    page = chief.get("/setup/me/").content.decode()
    assert '<option value="0" selected>Monday</option>' in page
    assert 'value="07:30"' in page
    for field, value in (("weekly_day", "7"), ("weekly_time", "25:00")):
        fields = {"name": "c", "language": "en", "time_zone": ZONE, field: value}
        assert chief.post("/setup/me/", fields).status_code == 422
    chief.post("/setup/me/", {"name": "c", "language": "en", "time_zone": ZONE})
    person = User.objects.get(email="chief@example.com")
    assert (person.weekly_day, f"{person.weekly_time:%H:%M}") == (0, "07:30"), "an older page keeps what is stored"


def test_a_lead_is_told_of_their_teams_alone() -> None:
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    lead = reader("lead", "agent")
    north.members.add(lead)
    Team.objects.filter(pk=north.pk).update(lead=lead)
    ours, theirs = make_survey("ours", team=north), make_survey("theirs", team=south)
    answer(ours, 2, 1)
    for number in range(3):
        answer(theirs, 2, 10 + number)
    found = week_before(MONDAY, scope_of(lead))
    assert (found.nps.responses, found.late_count) == (1, 1)
    assert {ticket.team for ticket in found.late} == {north}
    assert week_before(MONDAY, scope_of(reader("chief"))).nps.responses == 4


def test_a_cause_grows_only_when_it_is_more_than_chance() -> None:
    survey, chief = make_survey(), reader("chief")
    causes.ensure_defaults()
    often, seldom = RootCause.objects.filter(is_active=True)[:2]
    number = 0
    for cause, weeks_ago, times in ((often, 2, 8), (often, 0, 3), (seldom, 0, 4)):
        for _time in range(times):
            number += 1
            at = THURSDAY - weeks_ago * 7 * DAY
            ticket = answer(survey, 2, number, at=at)
            assert ticket is not None
            with time_machine.travel(at + HOUR, tick=False):
                attempts.log_attempt(ticket_id=ticket.pk, by=chief, result="reached")
                actions.resolve(ticket_id=ticket.pk, by=chief, outcome="kept", root_cause=cause)
    found = week_before(MONDAY, scope_of(chief))
    assert [(one.cause, one.n, one.usual) for one in found.causes] == [(seldom, 4, 0), (often, 3, 2)]
    assert found.growing is not None
    assert found.growing.cause == seldom


def test_second_scores_of_the_week_count_as_recovered_or_not() -> None:
    survey, chief = make_survey(), reader("chief")
    for number, score in ((1, 9), (2, 5)):
        ticket = answer(survey, 2, number, at=THURSDAY - 20 * DAY)
        assert ticket is not None
        again = make_answer(
            survey, score, contact=ticket.response.contact, follows_id=ticket.response_id,
            answered_at=THURSDAY, recorded_at=THURSDAY,
        )  # fmt: skip
        opening.open_for_response(again.pk, at=THURSDAY)
    found = week_before(MONDAY, scope_of(chief))
    assert (found.answered_again, found.better) == (2, 1)
    Ticket.objects.filter(response__contact__email="customer1@example.com").update(discarded_at=THURSDAY)
    found = week_before(MONDAY, scope_of(chief))
    assert (found.answered_again, found.better) == (1, 0), "not that of a discarded answer"


def test_what_customers_type_is_text_in_it() -> None:
    survey = make_survey()
    Survey.objects.update(name="<b>x")
    contact = make_contact(1, name="<img src=x onerror=1>\r\nBcc: a@example.com")
    made = make_answer(survey, 2, contact=contact, answered_at=THURSDAY, recorded_at=THURSDAY)
    opening.open_for_response(made.pk, at=THURSDAY)
    reader("chief")
    at_time(THURSDAY)
    at_time(MONDAY)
    (mail,) = mails()
    assert "<img" not in mail.body_html
    assert "\n" not in mail.subject


@pytest.mark.parametrize("language", ["en", "nl", "da"])
def test_it_speaks_the_readers_language(language: str) -> None:
    reader("chief", language=language)
    answer(make_survey(), 2, 1)
    at_time(THURSDAY)
    at_time(MONDAY)
    (mail,) = mails()
    first = {"en": "What came in", "nl": "Wat er binnenkwam", "da": "Det, der kom ind"}[language]
    assert first in mail.body_text
    assert f'<html lang="{language}">' in mail.body_html

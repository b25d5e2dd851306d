"""Calendars: what is typed, what is refused, who works by which, and what customers are promised by them."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client

from followup.clocks import calendars
from followup.clocks.business_time import ALWAYS, ServiceHours
from followup.errors import InvalidAction
from followup.models import Calendar
from followup.tickets.customers.promise import promise_of
from nps_project.accounts.models import Team
from tests.factories import client_of, make_answer, make_contact, make_survey, make_user
from tests.followup.clocks.test_clocks import FRIDAY, change_play

pytestmark = pytest.mark.django_db

TYPED = {
    "name": "Office", "time_zone": "Europe/Copenhagen", "country": "DK", "subdivision": "",
    "day_0": "9:00-12.30, 13:00-17:00", "day_1": "00:00-24:00",
    "days": "2026-12-24 09:00-12:00 Christmas Eve\n2027-01-02 Stocktaking\n2027-01-03 10:00-11:00",
}  # fmt: skip


@pytest.fixture
def admin() -> Client:
    return client_of(make_user("ada", "admin"))


def test_a_calendar_is_what_was_typed(admin: Client) -> None:
    team = Team.objects.create(name="North")
    assert admin.post("/setup/calendars/new/", TYPED | {"teams": [team.pk]}).status_code == 302
    saved = Calendar.objects.get()
    assert saved.week == {"0": [["09:00", "12:30"], ["13:00", "17:00"]], "1": [["00:00", "24:00"]]}
    assert {day.day: (day.name, day.intervals) for day in saved.days.all()} == {
        date(2026, 12, 24): ("Christmas Eve", [["09:00", "12:00"]]),
        date(2027, 1, 2): ("Stocktaking", []),
        date(2027, 1, 3): ("", [["10:00", "11:00"]]),
    }
    assert calendars.calendar_of_team(team.pk) == saved
    page = admin.get(f"/setup/calendars/{saved.pk}/").content.decode()
    assert "2026-12-24 09:00-12:00 Christmas Eve" in page
    assert "09:00-12:30, 13:00-17:00" in page


def test_trying_stores_nothing() -> None:
    with time_machine.travel(datetime(2026, 12, 21, 8, tzinfo=UTC), tick=False):
        answer = client_of(make_user("ada", "admin")).post("/setup/calendars/new/", TYPED | {"try": "1"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Promised on Fri 25 Dec 16:30" in page
    assert "Tue 29 Dec 00:00" not in page
    assert "Mon 28 Dec 13:30" in page  # four hours, with the break
    assert "Thu 24 Dec 2026: Christmas Eve" in page
    assert not Calendar.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("name", "", "required"),
        ("time_zone", "Mars/Olympus", "Mars/Olympus"),
        ("country", "XX", "XX"),
        ("subdivision", "BY", "No such region"),
        ("day_2", "9-17", "9-17"),
        ("day_2", "17:00-09:00", "17:00-09:00"),
        ("day_2", "22:00-06:00", "22:00-24:00, and 00:00-06:00 on the next day"),
        ("day_2", "09:00-12:00, 11:00-13:00", "11:00-13:00"),
        ("day_2", "09:00-24:30", "09:00-24:30"),
        ("days", "24.12.2026 closed", "24.12.2026 closed"),
        ("days", "2026-02-30 closed", "2026-02-30 closed"),
        ("days", "2026-12-24\n2026-12-24", "twice"),
    ],
)
def test_what_cannot_be_is_named_and_kept(admin: Client, field: str, value: str, word: str) -> None:
    answer = admin.post("/setup/calendars/new/", TYPED | {field: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert word in page
    assert "Christmas Eve" in page or field == "days"
    assert not Calendar.objects.exists()


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("18:00-00:00", [["18:00", "24:00"]]),
        ("00:00-00:00", [["00:00", "24:00"]]),
        ("0:00-2:00, 18:00-24:00", [["00:00", "02:00"], ["18:00", "24:00"]]),
    ],
)
def test_midnight_may_be_written_as_the_clock_shows_it(typed: str, read: list[list[str]]) -> None:
    assert calendars.read_intervals(typed) == read


def test_a_calendar_that_never_opens_is_refused(admin: Client) -> None:
    answer = admin.post("/setup/calendars/new/", TYPED | {"day_0": "", "day_1": ""})
    assert (answer.status_code, Calendar.objects.count()) == (422, 0)
    with pytest.raises(InvalidAction, match="at least one day"):
        calendars.save_calendar(Calendar(name="x", time_zone="UTC", week={}), {})


def test_one_that_is_used_stays(admin: Client) -> None:
    team = Team.objects.create(name="North")
    office = calendars.save_calendar(Calendar(name="O", time_zone="UTC", week={"0": [["09:00", "17:00"]]}), {})
    calendars.use_calendar(team=team, calendar=office)
    page = admin.post(f"/setup/calendars/{office.pk}/delete/", follow=True).content.decode()
    assert "North work by it" in page
    calendars.use_calendar(team=team, calendar=None)
    assert calendars.hours_of_calendar(calendars.calendar_of_team(team.pk)) is ALWAYS
    admin.post(f"/setup/calendars/{office.pk}/delete/")
    assert not Calendar.objects.exists()


def test_holidays_are_those_of_the_country_and_the_region() -> None:
    bavaria = Calendar(name="B", time_zone="Europe/Berlin", week={"1": [["09:00", "17:00"]]}, country="DE")
    epiphany = date(2026, 1, 6)
    assert epiphany not in calendars.service_hours(bavaria, {}).holidays
    bavaria.subdivision = "BY"
    hours = calendars.service_hours(bavaria, {})
    assert isinstance(hours, ServiceHours)
    assert hours.intervals(epiphany) == ()
    assert hours.intervals(date(2026, 1, 13)) == ((540, 1020),)


def test_customers_are_promised_hours_as_they_count_them() -> None:
    team = Team.objects.create(name="North")
    week = {str(day): [["09:00", "17:00"]] for day in range(5)}
    office = calendars.save_calendar(Calendar(name="O", time_zone="Europe/Copenhagen", week=week), {})
    calendars.use_calendar(team=team, calendar=office)
    change_play(2, hours=8, hours_run="service")
    with time_machine.travel(FRIDAY, tick=False):
        answer = make_answer(make_survey(team=team), 2, contact=make_contact(1))
        promise = promise_of(answer)
    assert promise is not None
    assert promise.hours == 72  # Friday 16:30 to Monday 16:30

"""Calendars: what is typed, what is refused, who works by which, and what customers are promised by them."""

import json
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import time_machine
from babel import Locale
from django.test import Client
from django.utils import translation

from followup.clocks import calendars, countries
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
    "day_0_0_from": "9:00", "day_0_0_to": "12.30", "day_0_1_from": "13:00", "day_0_1_to": "17:00",
    "day_1_0_from": "00:00", "day_1_0_to": "00:00", "days-TOTAL_FORMS": "3", "days-INITIAL_FORMS": "0",
    "days-0-day": "2026-12-24", "days-0-name": "Christmas Eve", "days-0-at_0_from": "09:00",
    "days-0-at_0_to": "12:00", "days-1-day": "2027-01-02", "days-1-name": "Stocktaking",
    "days-2-day": "2027-01-03", "days-2-at_0_from": "10:00", "days-2-at_0_to": "11:00",
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
    page: Any = admin.get(f"/setup/calendars/{saved.pk}/")
    form, (eve, *_others) = page.context["form"], page.context["formset"].forms
    shown = [form[f"day_0_{name}"].value() for name in ("0_from", "0_to", "1_from", "1_to")]
    assert shown == [time(9), time(12, 30), time(13), time(17)]
    assert form["day_1_0_to"].value() == time()
    assert [eve[name].value() for name in ("day", "name", "at_0_to")] == [date(2026, 12, 24), "Christmas Eve", time(12)]
    assert "Denmark" in admin.get("/setup/calendars/").content.decode()


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
    ("field", "value", "words"),
    [
        ("name", "", "This is needed."),
        ("time_zone", "Mars/Olympus", "Mars/Olympus"),
        ("country", "XX", "XX"),
        ("subdivision", "BY", "No such region in this country"),
        ("day_2_0_from", "9-17", "Allowed: a time such as 09:00."),
        ("day_2_0_from", "09:00", "Give both times"),
        ("day_0_1_to", "12:45", "“13:00-12:45” cannot be"),
        ("day_0_1_from", "12:00", "“12:00-17:00” cannot be"),
        ("day_0_1_to", "06:00", "A night is two: from 22:00 to 00:00"),
        ("days-0-day", "24.12.2026", "Allowed: a day such as"),
        ("days-0-day", "2026-02-30", "Allowed: a day such as"),
        ("days-1-day", "2026-12-24", "stands there twice"),
        ("days-0-at_0_to", "08:00", "“09:00-08:00” cannot be"),
    ],
)
def test_what_cannot_be_is_named_and_kept(admin: Client, field: str, value: str, words: str) -> None:
    answer = admin.post("/setup/calendars/new/", TYPED | {field: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "Christmas Eve" in page
    assert not Calendar.objects.exists()


@pytest.mark.parametrize("button", ["days.add", "days.remove.1", "hours.add", "country.draw"])
def test_the_buttons_of_its_rows_store_nothing_and_keep_what_was_typed(admin: Client, button: str) -> None:
    typed = TYPED | {"country": "DE", "day_2_0_from": "09:00", "change": button}
    answer: Any = admin.post("/setup/calendars/new/", typed)
    form, days = answer.context["form"], answer.context["formset"].forms
    assert answer.status_code == 200
    assert "errorlist" not in answer.content.decode()
    assert (form["name"].value(), form["day_2_0_from"].value(), form["day_0_1_to"].value()) == (
        "Office", "09:00", "17:00",
    )  # fmt: skip
    assert ("BY", "Bayern") in form.fields["subdivision"].choices
    names = [row["name"].value() or "" for row in days]
    wanted = ["Christmas Eve", "Stocktaking", ""]
    assert names == {"days.add": [*wanted, ""], "days.remove.1": ["Christmas Eve", ""]}.get(button, wanted)
    assert ("day_0_2_from" in form.fields) == (button == "hours.add")
    assert not Calendar.objects.exists()


def test_each_country_has_its_name_in_each_language() -> None:
    names = json.loads(countries.NAMES.read_text())
    assert names.keys() == countries.countries().keys()
    cldr = {language: Locale(language).territories for language in ("en", "nl", "da")}
    assert names == {code: {one: cldr[one][code] for one in cldr} for code in names}
    with translation.override("da"):
        choices = dict(countries.country_choices())
    assert (choices["DE"], choices["NL"], list(choices)[-1]) == ("Tyskland", "Nederlandene", "AX")
    assert countries.region_name("DE", "BY") == "Bayern"


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
    answer = admin.post(
        "/setup/calendars/new/",
        {name: value for name, value in TYPED.items() if not name.startswith(("day_0", "day_1"))},
    )
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

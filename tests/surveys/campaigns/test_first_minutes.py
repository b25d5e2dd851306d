"""The first minutes: who runs the installation is asked once, and an empty desk shows the way to the first answer."""

import json
import re
from datetime import UTC, datetime
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as live_settings
from django.core.management import call_command
from django.test import Client

from nps_project.accounts.models import User
from surveys.campaigns.first_steps.company.guesses import Guess, guess
from surveys.campaigns.first_steps.models import OwnCompany
from surveys.models import Survey, Tally, TallyZone
from surveys.services.tallies import differences
from tests.factories import client_of, make_answer, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db
TOLD = {"name": "Nordlys Tryk", "language": "da", "time_zone": "Europe/Copenhagen", "currency": "dkk"}


@pytest.fixture(autouse=True)
def place(settings: Any, tmp_path: Path) -> Path:
    """VAR_DIR of an installation whose TIME_ZONE is not given."""
    settings.VAR_DIR, settings.TIME_ZONE, settings.TIME_ZONE_IS_GIVEN = tmp_path, "UTC", False
    return tmp_path


@pytest.fixture
def survey(place: Path) -> Survey:
    """The starter survey."""
    call_command("first_start", stdout=StringIO())
    return Survey.objects.get()


@pytest.fixture
def admin(survey: Survey) -> Client:
    return client_of(User.objects.get(role="admin"))


def test_an_empty_desk_has_the_link_its_code_and_no_filters(admin: Client, survey: Survey) -> None:
    for client in (admin, client_of(make_user("bo", "agent"))):
        page = client.get("/desk/").content.decode()
        assert f'value="{live_settings.SITE_URL}/s/{survey.slug}/"' in page
        assert 'class="qr" src="data:image/svg+xml' in page
        assert f'href="/s/{survey.slug}/">Answer it yourself</a>' in page
        for gone in ('role="search"', "#filters-here", 'class="tabs"', "Keep this view"):
            assert gone not in page
    make_ticket(survey, 2)
    page = admin.get("/desk/").content.decode()
    assert 'role="search"' in page
    assert 'class="qr"' not in page
    assert 'role="search"' in admin.get("/desk/?score=9").content.decode(), "a filter that finds nothing"


def test_an_empty_desk_says_when_only_this_machine_can_open_the_link(admin: Client, settings: Any) -> None:
    settings.SITE_URL = "http://localhost:8000"
    assert "Only this machine can open it." in admin.get("/desk/").content.decode()
    settings.SITE_URL = "http://192.168.1.20:8000"
    assert "Only this machine" not in admin.get("/desk/").content.decode()


def test_the_browser_offers_what_the_first_admin_is_asked(admin: Client) -> None:
    page = admin.get("/desk/", headers={"Accept-Language": "da-DK,en;q=0.5"}).content.decode()
    chosen = re.findall(r'<option value="([^"]+)" selected>', page)
    assert chosen == ["da", "Europe/Copenhagen"]
    assert re.search(r'name="currency" value="DKK"', page)
    offered = json.loads(unescape(re.findall(r'id="currencies" data-by-zone="([^"]*)"', page)[0]))
    assert offered["Europe/London"] == "GBP"
    assert "Who are you?" not in client_of(make_user("mia", "manager")).get("/desk/").content.decode()


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("nl", Guess("nl", "Europe/Amsterdam", "EUR")),
        ("fr-BE, nl;q=0.8", Guess("nl", "Europe/Brussels", "EUR")),
        ("en-US", Guess("en", "", "USD")),
        ("en", Guess("en", "", "")),
        ("xx-YY;;", Guess("en", "", "")),
        ("", Guess("en", "", "")),
    ],
)
def test_a_guess_says_no_more_than_the_browser_does(accepted: str, expected: Guess) -> None:
    assert guess(accepted) == expected


def test_what_was_told_holds_at_once(admin: Client, survey: Survey, place: Path) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 23, 30, tzinfo=UTC), tick=False):
        make_answer(survey, 9)
    assert admin.post("/setup/first-steps/company/", TOLD)["Location"] == "/desk/"

    survey.refresh_from_db()
    assert (survey.brand, survey.default_language) == ("Nordlys Tryk", "da")
    assert User.objects.get().language == "da"
    assert OwnCompany.objects.get().currency == "DKK"
    page = admin.get("/desk/").content.decode()
    assert "Hvem er I?" not in page
    assert 'lang="da"' in page

    assert (live_settings.TIME_ZONE, TallyZone.objects.get().name) == ("Europe/Copenhagen", "Europe/Copenhagen")
    assert (place / "time-zone").read_text() == "Europe/Copenhagen\n"
    assert str(Tally.objects.get().day) == "2026-11-21", "the day that it was in Copenhagen"
    make_answer(survey, 9)
    assert differences() == []

    again = admin.get("/setup/first-steps/company/").content.decode()
    assert 'value="Nordlys Tryk"' in again
    assert '<option value="Europe/Copenhagen" selected>' in again


def test_another_process_takes_the_zone_over_before_its_next_request(admin: Client, settings: Any) -> None:
    admin.post("/setup/first-steps/company/", TOLD | {"time_zone": "Asia/Tokyo"})
    settings.TIME_ZONE = "UTC"  # as a process has it that began before
    (settings.VAR_DIR / "time-zone").write_text("Europe/Oslo\n")
    admin.get("/healthz")
    assert live_settings.TIME_ZONE == "Europe/Oslo"
    (settings.VAR_DIR / "time-zone").write_text("../etc\n")
    admin.get("/healthz")
    assert live_settings.TIME_ZONE == "Europe/Oslo", "what is no zone is passed over"


def test_a_zone_that_the_environment_gives_is_not_asked(admin: Client, settings: Any) -> None:
    settings.TIME_ZONE_IS_GIVEN = True
    page = admin.get("/setup/first-steps/company/").content.decode()
    assert 'name="time_zone"' not in page
    assert "Days are counted in the time zone UTC" in page
    admin.post("/setup/first-steps/company/", TOLD)
    assert live_settings.TIME_ZONE == "UTC"
    assert OwnCompany.objects.get().name == "Nordlys Tryk"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"language": "fr"}, "language"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"currency": "kr."}, "currency"),
        ({"currency": ""}, "currency"),
    ],
)
def test_a_fault_stands_beside_its_field(admin: Client, changes: dict[str, str], field: str) -> None:
    refused = admin.post("/setup/first-steps/company/", TOLD | changes)
    assert refused.status_code == 422
    assert refused.context["form"].errors.keys() == {field}
    assert not OwnCompany.objects.exists()


def test_a_survey_that_has_a_name_keeps_it(admin: Client, survey: Survey) -> None:
    Survey.objects.update(brand="Lindehus", revision=2)
    admin.post("/setup/first-steps/company/", TOLD)
    survey.refresh_from_db()
    assert (survey.brand, survey.default_language) == ("Lindehus", "en")


def test_a_restored_database_brings_its_zone(place: Path) -> None:
    make_survey("hello")
    TallyZone.objects.update_or_create(id=1, defaults={"name": "Europe/Oslo"})
    call_command("first_start", stdout=StringIO())
    assert live_settings.TIME_ZONE == "Europe/Oslo"

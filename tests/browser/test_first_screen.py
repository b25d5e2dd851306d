"""What the desk shows on the first screen, and beside what."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from followup.tickets import attempts, promises
from nps_project.accounts.models import User
from tests.browser.opening import opened
from tests.factories import make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bea(db: None) -> User:
    return make_user("bea")


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize(("width", "height", "rows"), [(1440, 900, 12), (1920, 1080, 20), (390, 844, 6)])
def test_the_first_screen_shows_so_many_tickets(
    browser: Browser, live_server: LiveServer, bea: User, width: int, height: int, rows: int, language: str
) -> None:
    survey, now = make_survey(), timezone.now()
    User.objects.filter(pk=bea.pk).update(language=language)
    for number in range(25):  # late ones, some that are due soon, and the others in time
        answered_at = now - timedelta(hours=25 if number < 3 else 20 if number < 5 else 1)
        contact = make_contact(number, name=f"Customer Longname {number}", value=1640, traits={"company": "Nordlys"})
        words = "It came late, and nobody could tell me where it was or when it would come"
        with time_machine.travel(answered_at, tick=False):
            make_ticket(survey, 3, words, contact=contact)
    page = opened(browser, live_server, bea, "/desk/", size={"width": width, "height": height})
    ends = page.eval_on_selector_all(".rows > .row", "rows => rows.map(row => row.getBoundingClientRect().bottom)")
    assert sum(end <= height for end in ends) >= rows, ends


def test_the_first_steps_take_no_row_of_the_first_screen(browser: Browser, live_server: LiveServer) -> None:
    survey = make_survey()
    for number in range(25):
        make_ticket(survey, 3, "It came late", contact=make_contact(number, name=f"Customer {number}"))
    ada = make_user("ada", role="admin")
    page = opened(browser, live_server, ada, "/desk/", size={"width": 1440, "height": 900})
    expect(page.get_by_text("First steps:")).to_be_visible()
    ends = page.eval_on_selector_all(".rows > .row", "rows => rows.map(row => row.getBoundingClientRect().bottom)")
    assert sum(end <= 900 for end in ends) >= 12, ends


@pytest.mark.parametrize("width", [375, 1440])
@pytest.mark.parametrize("language", ["en", "nl", "da"])
def test_the_clock_of_a_promise_leaves_the_customer_their_name(
    browser: Browser, live_server: LiveServer, bea: User, width: int, language: str
) -> None:
    ticket = make_ticket(make_survey(), 1, contact=make_contact(1, name="Imran Wainwright"))
    attempts.log_attempt(ticket_id=ticket.pk, by=bea, result="reached")
    due_at = timezone.now() + timedelta(hours=47, minutes=54)
    promises.make(ticket_id=ticket.pk, by=bea, text="A new cable", due_at=due_at)
    User.objects.filter(pk=bea.pk).update(language=language)
    page = opened(browser, live_server, bea, "/desk/?view=all", size={"width": width, "height": 900})
    name = page.locator(".rows .row-name").bounding_box()
    clock = page.locator(".rows .clock-words").bounding_box()
    assert name is not None
    assert clock is not None
    assert name["width"] >= 100
    assert clock["x"] >= name["x"] + name["width"] or clock["x"] + clock["width"] <= name["x"]


def test_the_words_of_the_call_stand_in_the_middle_of_their_button(
    browser: Browser, live_server: LiveServer, bea: User
) -> None:
    make_ticket(make_survey(), 1, contact=make_contact(1, phone="+45 33 12 34 56"))
    page = opened(browser, live_server, bea, "/desk/", size={"width": 375, "height": 812})
    button = page.locator(".next-act .buttons > :last-child")
    expect(button).to_contain_text("Call +45")
    above, below = button.evaluate(
        """button => {
            const words = document.createRange();
            words.selectNodeContents(button);
            const [inner, outer] = [words.getBoundingClientRect(), button.getBoundingClientRect()];
            return [inner.top - outer.top, outer.bottom - inner.bottom];
        }"""
    )
    assert abs(above - below) <= 1, (above, below)

"""What a finger presses on a phone is large enough, and what a dark screen prints is dark ink."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from followup.tickets import promises
from nps_project.accounts.models import User
from tests.browser.opening import opened, signed_in
from tests.factories import make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"viewport": {"width": 375, "height": 800}, "has_touch": True, "is_mobile": True}
# The button of a search is there for a keyboard alone: a phone's own has a key for it.
LOW = """() => [...document.querySelectorAll('.button, summary, .filter-list a, .menu-body a, .menu-body .link')]
  .filter(one => getComputedStyle(one).clipPath === 'none')
  .map(one => [one.innerText, Math.round(one.getBoundingClientRect().height)])
  .filter(([words, height]) => height > 0 && height < 44)"""
PATHS = ["/desk/", "/desk/answers/", "/insights/", "/insights/causes/", "/insights/risk/", "/insights/reports/",
         "/contacts/", "/setup/me/"]  # fmt: skip


@pytest.fixture
def ada() -> User:
    return make_user("ada", "admin")


def test_what_a_finger_presses_is_44_px_tall(browser: Browser, live_server: LiveServer, ada: User) -> None:
    ticket = make_ticket(make_survey(), 1, "It came late", contact=make_contact(1, phone="+44 1632 960745"))
    page = signed_in(browser, live_server, ada, **PHONE)
    for path in [*PATHS, f"/desk/tickets/{ticket.pk}/"]:
        page.goto(f"{live_server.url}{path}")
        page.locator(".menu-end > summary").first.click()
        assert page.evaluate(LOW) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") == 375, path


def test_the_menu_of_a_ticket_is_seen_wherever_its_button_stands_and_leaves_the_form_free(
    browser: Browser, live_server: LiveServer, ada: User
) -> None:
    survey = make_survey()
    for number, promised in ((1, 0), (2, 1)):
        contact = make_contact(number, phone="+44 1632 960745")
        ticket = make_ticket(survey, 1, contact=contact)
        for _promise in range(promised):  # which the bar names, so that it takes two lines
            due = ticket.opened_at + timedelta(days=3)
            promises.make(ticket_id=ticket.pk, by=ada, text="a sofa", due_at=due)
        page = signed_in(browser, live_server, ada, **PHONE)
        page.goto(f"{live_server.url}/desk/tickets/{ticket.pk}/")
        page.locator(".actions summary").click()
        link = page.get_by_role("link", name="Hand over")
        box = page.locator(".actions .menu-body").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 375
        link.click()
        expect(page.locator(".actions .menu-body")).to_be_hidden()
        expect(page.locator("#assign")).to_be_visible()


def test_a_mouse_keeps_the_dense_desk(browser: Browser, live_server: LiveServer, ada: User) -> None:
    make_ticket(make_survey(), 1, "It came late", contact=make_contact(1))
    page = opened(browser, live_server, ada, "/desk/")
    assert page.locator(".next-act .button").first.evaluate("one => one.getBoundingClientRect().height") == 40


def test_a_dark_screen_prints_the_colours_of_paper(browser: Browser, live_server: LiveServer, ada: User) -> None:
    survey = make_survey()
    for score in [2, 9, 10]:
        make_answer(survey, score)
    page = opened(browser, live_server, ada, "/insights/")
    page.emulate_media(media="print", color_scheme="dark")
    colours = page.eval_on_selector_all(
        "svg [class^=pic-line], svg [class^=pic-ring], svg .pic-bar-promoter, .overview-nps a",
        "marks => marks.map(mark => getComputedStyle(mark)[mark.closest('svg') ? 'stroke' : 'color'])",
    )
    assert colours
    assert "rgb(95, 179, 174)" not in colours  # the teal of the dark screen, pale on paper

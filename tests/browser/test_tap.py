"""The script of a page that was reached by a number in a mail: it sends a score after a person's act alone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Request
from pytest_django.live_server_helper import LiveServer

from nps_project.accounts.links import make_token
from surveys.models import Contact, Invitation, Response, Survey
from surveys.scanners import openings
from surveys.scanners.models import Opening, Tap
from tests.factories import make_contact, make_survey

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_limits")]
SCANNED = 12  # mails

# Everything that a page's script may take for a person, made up by a program.
MADE_UP = """() => {
  for (const type of ['keydown', 'keyup']) window.dispatchEvent(new KeyboardEvent(type, {key: 'Tab', bubbles: true}))
  const radio = document.querySelector('#score-3')
  for (const target of [window, document, document.body, radio]) {
    for (const type of ['pointerdown', 'pointerup', 'pointermove'])
      target.dispatchEvent(new PointerEvent(type, {bubbles: true, pointerType: 'touch', isPrimary: true}))
    const plain = ['touchstart', 'touchend', 'mousedown', 'mouseup', 'wheel', 'scroll', 'visibilitychange', 'focus',
                   'pagehide', 'load']
    for (const type of plain) target.dispatchEvent(new Event(type, {bubbles: true}))
  }
  radio.click()
  radio.focus()
  window.scrollTo(0, 500)
}"""


@pytest.fixture
def survey() -> Survey:
    return make_survey()


def mailed(survey: Survey, number: int) -> Invitation:
    contact, at = make_contact(number), timezone.now() - timedelta(seconds=43)
    Contact.objects.filter(pk=contact.pk).update(email=f"c{number}@nordlys.dk")
    return Invitation.objects.create(
        survey=survey, contact=contact, channel="email", status="sent", sent_at=at, asked_at=at
    )


def address(server: LiveServer, invitation: Invitation, score: int = 3) -> str:
    return f"{server.url}/r/{make_token('r', invitation.public_id)}/?score={score}"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="en-GB", has_touch=True, viewport={"width": 375, "height": 400})
    yield made
    made.close()


def posts_of(page: Page) -> list[str]:
    """The addresses that the page posts to, as it goes on."""
    found: list[str] = []

    def seen(request: Request) -> None:
        if request.method == "POST":
            found.append(request.url)

    page.on("request", seen)
    return found


def test_what_programs_do_by_themselves_sends_nothing(
    survey: Survey, live_server: LiveServer, context: BrowserContext
) -> None:
    for number in range(SCANNED):
        page = context.new_page()
        posts = posts_of(page)
        page.clock.install()
        page.goto(address(live_server, mailed(survey, number)))
        page.evaluate(MADE_UP)
        page.clock.fast_forward(60_000)  # its timers run
        page.goto(f"{live_server.url}/s/autumn/")  # and the page goes away
        assert posts == []
        page.close()
    openings.writer.flush()
    assert Opening.objects.count() == SCANNED
    assert not Response.objects.exists()


@pytest.mark.parametrize("act", ["key", "pointer", "touch"])
def test_a_key_a_pointer_or_a_finger_keeps_the_score_once(
    survey: Survey, live_server: LiveServer, context: BrowserContext, act: str
) -> None:
    page = context.new_page()
    posts = posts_of(page)
    page.goto(address(live_server, mailed(survey, 1)))
    acts: dict[str, Any] = {
        "key": lambda: page.keyboard.press("Tab"),
        "pointer": lambda: page.mouse.click(5, 5),
        "touch": lambda: page.touchscreen.tap(5, 5),
    }
    for _time in range(3):
        acts[act]()
    page.get_by_text("Noted. Send adds your words.").wait_for()
    acts[act]()
    page.wait_for_timeout(1_200)
    assert len(posts) == 1
    tap = Tap.objects.select_related("response").get()
    expected = {"key": "key", "pointer": "pointer", "touch": "pointer"}[act]  # a finger is a pointer, too
    assert (tap.act, tap.link, tap.is_same_place, tap.is_same_agent) == (expected, "score-3", True, True)
    assert (tap.response.score, tap.response.state, tap.response.evidence) == (3, "provisional", None)


def test_another_number_chosen_on_the_page_is_the_one_that_is_kept(
    survey: Survey, live_server: LiveServer, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(address(live_server, mailed(survey, 1)))
    page.locator("label", has=page.locator("#score-8")).click()
    page.get_by_text("Noted. Send adds your words.").wait_for()
    assert (Response.objects.get().score, Tap.objects.get().link) == (8, "score-3")


def test_who_leaves_at_once_after_touching_the_page_has_their_score_kept(
    survey: Survey, live_server: LiveServer, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(address(live_server, mailed(survey, 1)))
    page.mouse.click(5, 5)
    page.goto("about:blank")
    for _time in range(50):
        if Response.objects.exists():
            break
        page.wait_for_timeout(100)
    assert Response.objects.get().state == "provisional"


def test_send_sends_once_and_no_tap_beside_it(survey: Survey, live_server: LiveServer, context: BrowserContext) -> None:
    page = context.new_page()
    posts = posts_of(page)
    page.goto(address(live_server, mailed(survey, 1)))
    page.fill("#id_comment", "late")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/t/**")
    page.wait_for_timeout(1_200)
    assert [post for post in posts if not post.endswith("/tap/")] == posts[-1:]
    response = Response.objects.get()
    assert (response.score, response.comment, response.state) == (3, "late", "confirmed")

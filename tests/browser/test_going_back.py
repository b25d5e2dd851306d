"""Sent, gone back, corrected, sent again: one answer, whether the browser keeps the page whole, a copy, or nothing."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Error, Page, expect
from pytest_django.live_server_helper import LiveServer

from nps_project.accounts.links import make_token
from surveys.models import Response
from surveys.services.invitations import create_invitation
from tests.browser.conftest import PHONE
from tests.browser.opening import let_in
from tests.factories import make_contact, make_survey, make_user

pytestmark = pytest.mark.django_db(transaction=True)
THANKS = re.compile(r"/t/[\w-]{43}/$")
PUBLIC, PERSONAL = "/s/hello/", "/r/"


@pytest.fixture(scope="module", params=["page cache off", "page cache on"])
def customers_browser(request: pytest.FixtureRequest, browser: Browser, keeping_browser: Browser) -> Browser:
    return keeping_browser if request.param == "page cache on" else browser


@pytest.fixture
def page(customers_browser: Browser) -> Iterator[Page]:
    """A customer's phone."""
    context = customers_browser.new_context(viewport=PHONE, locale="en-GB")  # type: ignore[arg-type]
    context.set_default_timeout(6_000)
    yield context.new_page()
    context.close()


def send(page: Page, score: int) -> None:
    """Choose it, press Send, and see the thank-you."""
    page.locator(f"#score-{score}").check(force=True)
    page.locator("form button[type=submit]").click()
    expect(page).to_have_url(THANKS)


def back(page: Page) -> None:
    """A page that the browser kept is there at once, and says "loaded" no second time."""
    _go(page, page.go_back)


def forward(page: Page) -> None:
    """As `back`."""
    _go(page, page.go_forward)


def _go(page: Page, step: Callable[..., object]) -> None:
    """While Chromium gives a page that was read again to another process, its driver says that there is none."""
    for _attempt in range(20):
        try:
            step(wait_until="commit")
        except Error as error:
            if "Not attached to an active page" not in str(error):
                raise
            page.wait_for_timeout(100)
        else:
            return
    raise AssertionError("No page is there to go from.")


def once(page: Page, address: str) -> None:
    """The plain way."""
    page.goto(address)
    send(page, 3)
    back(page)
    send(page, 9)


def twice(page: Page, address: str) -> None:
    """And once more."""
    page.goto(address)
    send(page, 3)
    for score in (5, 9):
        back(page)
        send(page, score)


def from_a_thank_you_that_was_read_again(page: Page, address: str) -> None:
    """Reload, back, forward, back."""
    page.goto(address)
    send(page, 3)
    page.reload()
    back(page)
    forward(page)
    back(page)
    send(page, 9)


def in_another_language(page: Page, address: str) -> None:
    """On the page that a button of the page leads to."""
    page.goto(address)
    page.get_by_role("button", name="Dansk").click()
    send(page, 3)
    back(page)
    send(page, 9)


def after_a_fault(page: Page, address: str) -> None:
    """A phone number that is none, mended; then back, past the page that told of it."""
    page.goto(address)
    page.locator("#score-3").check(force=True)
    page.locator("#id_contact_phone").fill("12")
    page.get_by_role("button", name="Send").click()
    page.locator("#id_contact_phone").fill("+45 33 12 00 00")
    send(page, 3)
    page.evaluate("setTimeout(() => history.go(-2))")  # after the answer to this has come
    expect(page).to_have_url(address)
    send(page, 9)


@pytest.mark.parametrize(
    ("go", "address"),
    [
        (once, PUBLIC),
        (once, f"{PUBLIC}?score=3"),
        (once, f"{PUBLIC}?lang=da"),
        (once, PERSONAL),
        (twice, PUBLIC),
        (twice, PERSONAL),
        (from_a_thank_you_that_was_read_again, PUBLIC),
        (from_a_thank_you_that_was_read_again, PERSONAL),
        (in_another_language, PUBLIC),
        (in_another_language, PERSONAL),
        (after_a_fault, PUBLIC),
    ],
)
def test_an_answer_corrected_after_back_is_one_answer(
    page: Page, live_server: LiveServer, go: Callable[[Page, str], None], address: str
) -> None:
    survey = make_survey("hello")
    if address == PERSONAL:
        invitation = create_invitation(survey=survey, contact=make_contact(1))
        address = f"/r/{make_token('r', invitation.public_id)}/"

    go(page, f"{live_server.url}{address}")

    assert list(Response.objects.values_list("score", flat=True)) == [9]


def test_so_it_is_for_a_colleague_who_is_signed_in(page: Page, live_server: LiveServer) -> None:
    """Pages of staff are kept by no browser; a customer's page stays one, whoever looks at it."""
    make_survey("hello")
    let_in(page.context, live_server, make_user("bea"))

    once(page, f"{live_server.url}{PUBLIC}")

    assert list(Response.objects.values_list("score", flat=True)) == [9]

"""Keyboard alone, and no script: the main job works for whoever has only these."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from followup.models import Ticket
from followup.tickets import opening
from surveys.models import Response
from tests.addresses import World, make_world
from tests.browser.opening import let_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def focused(page: Page) -> str:
    """What the keyboard is at: a name, an id or the words."""
    return str(page.evaluate("(e => e.name || e.id || e.innerText.trim())(document.activeElement)"))


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the keyboard is there. Raises: AssertionError when it never comes."""
    for _press in range(80):
        page.keyboard.press("Tab")
        if focused(page) == name:
            outline = page.evaluate(
                "(e => [e, e.nextElementSibling, e.parentElement]"
                ".some(x => x && getComputedStyle(x).outlineStyle !== 'none'))(document.activeElement)"
            )
            assert outline, f"{name} has the focus and does not show it"
            return
    raise AssertionError(f"Tab never reaches {name!r}")


def test_an_answer_with_the_keyboard_alone(phone: BrowserContext, live_server: LiveServer, world: World) -> None:
    page = phone.new_page()
    page.goto(f"{live_server.url}/s/autumn/")

    tab_to(page, "score")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#score-2")).to_be_checked()
    tab_to(page, "comment")
    expect(page.get_by_text("What went wrong")).to_be_visible()
    page.keyboard.type("late")
    tab_to(page, "contact_email")
    page.keyboard.type("a@example.com")
    tab_to(page, "Send")
    page.keyboard.press("Enter")

    expect(page.get_by_text("We will contact you within 24 hours.")).to_be_visible()
    response = Response.objects.latest("id")
    assert (response.score, response.comment, response.contact_email) == (2, "late", "a@example.com")


@pytest.mark.parametrize(
    ("score", "asked", "is_contact_asked"),
    [
        ("6", "have earned a higher score", True),
        ("7", "missing to make it a 10", False),
        ("9", "like best", False),
    ],
)
def test_the_question_follows_the_score_without_a_script(
    phone: BrowserContext, live_server: LiveServer, world: World, score: str, asked: str, is_contact_asked: bool
) -> None:
    page = phone.new_page()
    page.goto(f"{live_server.url}/s/autumn/")
    label = page.locator("label[for=id_comment]")
    assert label.inner_text() == "What is the main reason for your score?"

    page.locator(f"#score-{score}").check(force=True)

    assert asked in label.inner_text()
    assert len(label.inner_text().splitlines()) == 1
    assert page.locator("#id_contact_email").is_visible() is is_contact_asked


def test_each_cell_of_the_scale_is_wide_and_tall_enough(
    browser: Browser, live_server: LiveServer, world: World
) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(f"{live_server.url}/s/autumn/")

    for box in [cell.bounding_box() for cell in page.locator(".scale .scale-row span").all()]:
        assert box is not None
        assert box["width"] >= 24
        assert box["height"] >= 48
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_refused_form_leads_to_its_fault_and_forgets_nothing(
    phone: BrowserContext, live_server: LiveServer, world: World
) -> None:
    page = phone.new_page()
    page.goto(f"{live_server.url}/s/autumn/?score=3")
    page.locator("#id_comment").fill("Æ & <b>\nnot lost")
    page.locator("#id_contact_phone").fill("12")
    page.get_by_role("button", name="Send").click()

    page.get_by_role("alert").get_by_role("link").click()
    expect(page.locator("#id_contact_phone")).to_be_focused()
    expect(page.locator("#id_comment")).to_have_value("Æ & <b>\nnot lost")
    page.locator("#id_contact_phone").fill("+45 33 12 34 56")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("We will contact you")).to_be_visible()


def test_a_call_is_logged_and_a_ticket_resolved_with_the_keyboard_and_no_script(
    browser: Browser, live_server: LiveServer, world: World
) -> None:
    context = browser.new_context(java_script_enabled=True, locale="en-GB")
    let_in(context, live_server, world.agent)
    page = context.new_page()
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{live_server.url}/desk/")
    tab_to(page, "Take it and open")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/tickets/*/")
    ticket = Ticket.objects.get(pk=int(page.url.rstrip("/").split("/")[-1]))

    tab_to(page, "Log the call")
    page.keyboard.press("Enter")
    tab_to(page, "result")
    page.keyboard.press("Space")
    tab_to(page, "note")
    page.keyboard.type("He is happy again")
    tab_to(page, "Save the call")
    page.keyboard.press("Enter")
    expect(page.locator(".ticket-history")).to_contain_text("He is happy again")

    tab_to(page, "Resolve")
    page.keyboard.press("Enter")
    tab_to(page, "outcome")
    page.keyboard.press("Space")
    tab_to(page, "root_cause")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Resolve the ticket")
    page.keyboard.press("Enter")
    expect(page.locator(".ticket-state")).to_contain_text("Recovered")
    ticket.refresh_from_db()
    assert ticket.is_resolved
    assert opening.open_for_response(ticket.response_id) is None

"""What is typed, in Chromium: signed out meanwhile, a tab that was left, back and forward, double clicks."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from followup.causes import services as causes
from followup.models import Absence, Activity, Promise, RootCause, Ticket
from nps_project.accounts.models import ApiKey, Session, User
from surveys.models import Question, Survey
from tests.browser.opening import let_in
from tests.factories import make_contact, make_survey, make_ticket, make_user
from tests.sizes import FULL

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "a long enough password"
WORDS = "Half an hour on the phone.\nThey want the banners by Friday."


@pytest.fixture
def bea(db: None) -> User:
    return make_user("bea")


@pytest.fixture
def ticket(db: None) -> Ticket:
    return make_ticket(make_survey(), 2, contact=make_contact(1))


def signed_in(context: BrowserContext, server: LiveServer, user: User) -> Page:
    let_in(context, server, user)
    return context.new_page()


def sign_in(page: Page, user: User) -> None:
    page.fill("#id_email", user.email)
    page.fill("#id_password", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_load_state()


def notes() -> int:
    return Activity.objects.filter(kind="note").count()


@pytest.mark.parametrize("script", [True, False])
def test_a_note_that_was_sent_signed_out_is_sent_once_more_and_stands_once(
    browser: Browser, live_server: LiveServer, bea: User, ticket: Ticket, script: bool
) -> None:
    context = browser.new_context(java_script_enabled=script)
    page = signed_in(context, live_server, bea)
    page.goto(f"{live_server.url}/desk/tickets/{ticket.pk}/#notes")
    page.fill("#notes textarea", WORDS)
    Session.objects.all().delete()
    page.click("#notes button[type=submit]")
    expect(page.locator("main")).to_contain_text("What you typed is kept for an hour")
    sign_in(page, bea)
    expect(page.locator("#notes textarea")).to_have_value(WORDS)
    expect(page.locator("#notes textarea")).to_be_focused()
    expect(page.locator("main")).to_contain_text("Nothing is saved yet.")
    assert notes() == 0
    page.click("#notes button[type=submit]")
    expect(page.locator(".messages")).to_contain_text("The note is saved.")
    page.goto(f"{live_server.url}/desk/tickets/{ticket.pk}/#notes")
    expect(page.locator("#notes textarea")).to_have_value("")
    assert notes() == 1
    context.close()


def test_what_was_typed_is_there_again_in_this_tab_until_it_is_taken_or_thrown_away(
    desk: BrowserContext, live_server: LiveServer, bea: User, ticket: Ticket
) -> None:
    page, address = signed_in(desk, live_server, bea), f"{live_server.url}/desk/tickets/{ticket.pk}/#notes"
    page.goto(address)
    page.fill("#notes textarea", WORDS)
    page.goto(f"{live_server.url}/desk/")
    page.goto(address)
    expect(page.locator("#notes textarea")).to_have_value(WORDS)
    expect(page.locator("#notes .draft")).to_contain_text("it is not saved yet")
    desk.set_offline(True)
    page.click("#notes button[type=submit]", no_wait_after=True)
    page.wait_for_timeout(500)
    desk.set_offline(False)
    page.goto(address)
    page.reload()
    expect(page.locator("#notes textarea")).to_have_value(WORDS)  # what was sent in vain is not taken
    page.click("#notes .draft button")
    expect(page.locator("#notes textarea")).to_have_value("")
    page.reload()
    expect(page.locator("#notes textarea")).to_have_value("")
    page.fill("#notes textarea", WORDS)
    jonas = make_user("jonas")
    let_in(desk, live_server, jonas)
    page.goto(address)
    page.reload()
    expect(page.locator("#notes textarea")).to_have_value("")  # a colleague's tab now


def test_signing_out_leaves_no_words_in_the_tab(
    desk: BrowserContext, live_server: LiveServer, bea: User, ticket: Ticket
) -> None:
    page = signed_in(desk, live_server, bea)
    page.goto(f"{live_server.url}/desk/tickets/{ticket.pk}/#notes")
    page.fill("#notes textarea", WORDS)
    assert page.evaluate("Object.keys(sessionStorage).length") == 1
    page.click(".menu-end summary")
    page.click('form[action="/logout/"] button')
    page.wait_for_url("**/login/")
    assert page.evaluate("Object.keys(sessionStorage).length") == 0


def test_a_setup_form_that_was_left_is_typed_over_what_was_there_and_nothing_else(
    desk: BrowserContext, live_server: LiveServer, ticket: Ticket
) -> None:
    page = signed_in(desk, live_server, make_user("eve", "admin"))
    address = f"{live_server.url}/setup/surveys/autumn/"
    page.goto(address)
    page.fill("[name=brand]", "Nordlys Tryk")
    page.goto(address)
    expect(page.locator("[name=brand]")).to_have_value("Nordlys Tryk")
    ticket.response.survey.__class__.objects.update(brand="Sydlys")
    page.goto(address)
    expect(page.locator("[name=brand]")).to_have_value("Sydlys")


FORMS: dict[str, dict[str, str]] = {  # where it stands, how it is filled in, what counts what it made
    "/desk/tickets/{pk}/#notes": {"#notes textarea": WORDS},
    "/desk/tickets/{pk}/#attempts": {"#attempts input[value=no_answer]": "", "#attempts textarea": "Nobody there."},
    "/desk/tickets/{pk}/#promise": {"#promise textarea": "New banners", "#promise [name=due_at]": "{soon}"},
    "/setup/root-causes/new/": {"[name=name_en]": "Too late"},
    "/setup/surveys/autumn/questions/new/": {"[name=kind]": "text", "[name=text_en]": "Which order?"},
    "/setup/people/new/": {"[name=email]": "new@example.com", "[name=role][value=agent]": ""},
    "/setup/keys/new/": {"[name=name]": "till", "[name=scope][value=read]": ""},
    "/setup/me/absences/": {"[name=first_day]": "{day}", "[name=last_day]": "{day}"},
}


# With a page that the browser kept, which no view knows of: one form of each make, and all of them in `make faults`.
OF_EACH_MAKE = [where for where in FORMS if FULL or "#promise" in where or "questions" in where or "keys" in where]
CACHING = [("no page cache", where) for where in FORMS] + [("page cache", where) for where in OF_EACH_MAKE]


def fill(page: Page, fields: dict[str, str]) -> None:
    soon = timezone.localtime() + timedelta(days=2)
    for field, value in fields.items():
        if not value:
            page.check(field)
        elif field == "[name=kind]":
            page.check(f"{field}[value={value}]")
        else:
            page.fill(field, value.format(soon=f"{soon:%Y-%m-%dT%H:%M}", day=f"{soon:%Y-%m-%d}"))


def rows() -> int:
    made = (Activity, Promise, Question, RootCause, User, ApiKey, Absence, Survey)
    return sum(model.objects.count() for model in made)


@pytest.mark.parametrize(("caching", "where"), CACHING)
def test_going_back_after_a_form_and_sending_it_again_doubles_nothing_and_loses_nothing(
    browser: Browser, keeping_browser: Browser, live_server: LiveServer, ticket: Ticket, caching: str, where: str
) -> None:
    """In Chromium as people have it, and in one that keeps no page for "back"."""
    causes.ensure_defaults()
    context = (keeping_browser if caching == "page cache" else browser).new_context()
    page, address = signed_in(context, live_server, make_user("eve", "admin")), where.format(pk=ticket.pk)
    button = f"#{address.partition('#')[2]} form" if "#" in address else "main form.form:has(.button-primary)"
    page.goto(f"{live_server.url}/desk/")
    page.goto(f"{live_server.url}{address}")
    page.wait_for_load_state()
    fill(page, FORMS[where])
    before = rows()
    page.dblclick(f"{button} .button-primary")
    expect(page.locator(".messages, #secret")).to_be_visible()
    page.wait_for_load_state("networkidle")
    made = rows()
    assert made > before, page.locator("main").inner_text()
    assert made - before == (2 if "promise" in where or "keys" in where else 1)
    press = page.locator(f"{button} .button-primary")
    for _again in range(2):
        page.evaluate("setTimeout(() => history.back())")
        page.wait_for_timeout(200)
        page.wait_for_load_state()
        if page.locator(".draft").count():
            pytest.fail("What was taken is shown as if it was not.")
        if press.count() and press.is_visible():
            press.click()
            page.wait_for_timeout(200)
            page.wait_for_load_state()
            assert rows() == made, page.url
    context.close()

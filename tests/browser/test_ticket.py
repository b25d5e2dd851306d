"""A ticket in Chromium: each action at one key, colleagues behind an @, a late save; and all of it without a script."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from followup.models import RootCause, Ticket
from followup.tickets import actions
from nps_project.accounts.models import User
from nps_project.deliveries.models import Delivery
from tests.browser import opening
from tests.factories import make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bea(db: None) -> User:
    return make_user("bea")


@pytest.fixture
def ticket(db: None) -> Ticket:
    survey, contact = make_survey(), make_contact(1)
    make_answer(survey, 9, contact=contact)
    return make_ticket(survey, 0, contact=contact)


def opened(browser: Browser, server: LiveServer, user: User, ticket: Ticket, *, script: bool = True) -> Page:
    return opening.opened(browser, server, user, f"/desk/tickets/{ticket.pk}/", script=script)


def test_each_action_has_one_key(browser: Browser, live_server: LiveServer, bea: User, ticket: Ticket) -> None:
    page = opened(browser, live_server, bea, ticket)
    page.keyboard.press("c")
    expect(page.locator(".ticket-state")).to_contain_text("Owner: bea")
    give = ticket.steps.get(kind="compensation")
    keys = {
        "l": "#attempts input[name=result] >> nth=0",
        "n": "#notes textarea",
        "p": "#promise textarea",
        "w": "#wait input[name=until]",
        "h": "#assign select[name=owner]",
        "r": "#resolve input[name=outcome] >> nth=0",
        "m": f"#steps{give.pk}_note",
    }
    for key, field in keys.items():
        page.goto(f"{live_server.url}/desk/tickets/{ticket.pk}/")
        page.wait_for_load_state()
        page.keyboard.press(key)
        expect(page.locator(field)).to_be_focused()
    page.keyboard.type("flowers")
    page.keyboard.press("Tab")
    page.keyboard.type("20")
    page.keyboard.press("Tab")
    page.keyboard.type("EUR")
    page.keyboard.press("Enter")
    expect(page.locator(".history")).to_contain_text("Gave 20.00 EUR: flowers")
    cause = RootCause.objects.get(slug="delivery")
    actions.resolve(ticket_id=ticket.pk, by=bea, outcome="kept", root_cause=cause, no_attempt_reason="x")
    for key, field in {"o": "#reopen textarea", "n": "#notes textarea"}.items():
        page.goto(f"{live_server.url}/desk/tickets/{ticket.pk}/")
        page.wait_for_load_state()
        page.keyboard.press(key)
        expect(page.locator(field)).to_be_focused()


def test_a_colleague_is_chosen_behind_an_at(
    browser: Browser, live_server: LiveServer, bea: User, ticket: Ticket
) -> None:
    for name, called in (("anna", "Anna Berg"), ("anton", "Anton <b>Holm</b>"), ("carl", "Carl")):
        make_user(name)
        User.objects.filter(email=f"{name}@example.com").update(name=called)
    page = opened(browser, live_server, bea, ticket)
    page.keyboard.press("n")
    field, offered = page.locator("#notes textarea"), page.locator("#colleagues [role=option]")
    expect(field).to_be_focused()
    page.keyboard.type("write to info@an.example or @an")
    expect(offered).to_have_count(2)
    expect(field).to_have_attribute("aria-activedescendant", "colleagues-0")
    expect(page.locator("#colleagues [aria-selected=true]")).to_contain_text("Anna Berg anna@example.com")
    expect(page.locator("#notes [role=status]")).to_have_text("Colleagues: 2")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#colleagues [aria-selected=true]")).to_contain_text("Anton <b>Holm</b>")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "colleagues-0")
    page.keyboard.press("Escape")
    expect(page.locator("#colleagues")).to_be_hidden()
    expect(field).to_be_focused()
    assert field.get_attribute("aria-activedescendant") is None
    expect(page.locator("#notes")).to_be_visible()
    page.keyboard.type("n")
    expect(offered).to_have_count(1)
    page.keyboard.press("Enter")
    expect(field).to_have_value("write to info@an.example or @Anna Berg ")
    page.keyboard.type("and @ca")
    expect(offered).to_have_count(1)
    offered.first.click()
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("Told: Anna Berg, Carl.")).to_be_visible()
    told = Delivery.objects.filter(template="ticket_mention").values_list("to_address", flat=True)
    assert sorted(told) == ["anna@example.com", "carl@example.com"]
    expect(page.locator(".history")).to_contain_text("Note: for Anna Berg, Carl")


def test_a_late_save_shows_what_happened_and_keeps_every_word(
    browser: Browser, live_server: LiveServer, bea: User, ticket: Ticket
) -> None:
    hers, his = (opened(browser, live_server, user, ticket) for user in (bea, make_user("jonas")))
    hers.keyboard.press("w")
    hers.locator("#wait input[name=until]").fill(f"{ticket.opened_at.year + 1}-01-01T10:00")
    hers.locator("#wait textarea").fill("on holiday")
    his.keyboard.press("n")
    his.locator("#notes textarea").fill("He is back on Monday")
    his.get_by_role("button", name="Save the note").click()
    expect(his.get_by_text("The note is saved.")).to_be_visible()
    hers.get_by_role("button", name="Let it wait").click()
    expect(hers.locator("#wait")).to_contain_text("Note, jonas")
    expect(hers.locator("#wait textarea")).to_have_value("on holiday")
    assert Ticket.objects.get(pk=ticket.pk).status == "open"


def test_an_open_page_says_what_changed_and_shows_it_around_the_form_that_is_open(
    browser: Browser, live_server: LiveServer, bea: User, ticket: Ticket
) -> None:
    page = opened(browser, live_server, bea, ticket)
    page.keyboard.press("l")
    page.locator("#attempts").get_by_label("Reached").check()
    page.locator("#attempts textarea").fill("half a thought")
    actions.add_note(ticket_id=ticket.pk, by=make_user("jonas"), text="The customer phoned")
    with page.expect_response("**/here/"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    news = page.locator("[data-changed]")
    expect(news).to_contain_text("Meanwhile: Note, jonas")
    expect(page.locator(".history")).not_to_contain_text("The customer phoned")
    news.get_by_role("link", name="Show it").click()
    expect(page.locator(".history")).to_contain_text("The customer phoned")
    expect(news).to_be_hidden()
    expect(page.locator("#attempts textarea")).to_have_value("half a thought")
    expect(page.locator("#attempts textarea")).to_be_focused()
    expect(page.locator("#attempts").get_by_label("Reached")).to_be_checked()
    page.get_by_role("button", name="Save the call").click()
    expect(page.locator(".history")).to_contain_text("half a thought")


def test_a_manager_comes_from_the_ticket_to_the_reason_for_discarding(
    browser: Browser, live_server: LiveServer, ticket: Ticket
) -> None:
    page = opened(browser, live_server, make_user("mia", "manager"), ticket)
    page.locator(".actions summary").click()
    page.get_by_role("link", name="Discard the answer").click()
    expect(page.locator("#discard-reason")).to_be_visible()


def test_without_a_script_all_of_it_is_there(
    browser: Browser, live_server: LiveServer, bea: User, ticket: Ticket
) -> None:
    make_user("anna")
    page = opened(browser, live_server, bea, ticket, script=False)
    expect(page.locator("svg.score-line polyline")).to_have_attribute("points", re.compile(r"^[\d. ,]+$"))
    page.locator(".actions").get_by_text("More").click()
    page.get_by_role("link", name="Write a note").click()
    expect(page.locator("#notes")).to_contain_text("such as @anna@example.com")
    page.locator("#notes textarea").fill("@anna@example.com: call him")
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("Told: anna.")).to_be_visible()
    step = page.locator(".steps > li").filter(has_text="CRM")
    step.locator("summary").click()
    step.get_by_label("Its number or address in the CRM").fill("CASE-77")
    step.locator("button.step").click()
    expect(page.locator(".history")).to_contain_text("In the CRM: CASE-77")
    page.locator(".actions").get_by_role("link", name="Resolve").click()
    page.locator("#resolve").get_by_label("Lost").check()
    page.get_by_label("Root cause").select_option("delivery")
    page.get_by_label("Why nobody contacted the customer").fill("No number")
    page.get_by_role("button", name="Resolve the ticket").click()
    expect(page.locator(".history")).to_contain_text("Why nobody contacted the customer: No number")


def test_a_time_to_come_is_one_press_on_a_phone_too(
    browser: Browser, live_server: LiveServer, bea: User, ticket: Ticket
) -> None:
    size = {"width": 375, "height": 800}
    page = opening.opened(browser, live_server, bea, f"/desk/tickets/{ticket.pk}/#promise", size=size)
    page.locator("#promise textarea").fill("A new one")
    page.locator("#promise").get_by_role("button", name="Tomorrow 09:00").click()
    page.get_by_role("button", name="Write the promise down").click()
    expect(page.locator(".messages")).to_contain_text("written down")
    assert timezone.localtime(ticket.promises.get().due_at).hour == 9
    page.goto(f"{live_server.url}/desk/tickets/{ticket.pk}/#wait")
    page.locator("#wait").get_by_role("button", name="Tomorrow 09:00").click()
    page.locator("#wait").get_by_role("button", name="Wait").click()
    expect(page.locator(".messages")).to_contain_text("waits")

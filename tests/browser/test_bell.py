"""The bell and what the palette finds, in Chromium; the bell without a script, too."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from followup.models import Notice, Ticket
from followup.tickets import actions, promises
from nps_project.accounts.models import User
from tests.browser.opening import opened
from tests.factories import make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bea(db: None) -> User:
    return make_user("bea")


@pytest.fixture
def tickets(bea: User) -> list[Ticket]:
    """One given to Bea, one in whose note she is mentioned."""
    survey, carl = make_survey(), make_user("carl")
    rows = [make_ticket(survey, score, contact=make_contact(score, name=f"Customer {score}")) for score in (2, 4)]
    actions.assign(ticket_id=rows[0].pk, by=carl, owner=bea)
    actions.add_note(ticket_id=rows[1].pk, by=carl, text="@bea, the banner is at the printer’s")
    return rows


def test_the_bell_opens_in_place_and_an_open_ticket_is_read(
    browser: Browser, live_server: LiveServer, bea: User, tickets: list[Ticket]
) -> None:
    page = opened(browser, live_server, bea, "/desk/")
    bell, panel = page.locator("[data-bell] > a"), page.locator("#bell-panel")
    expect(bell).to_have_accessible_name("Notices 2 unread")
    expect(page).to_have_title("Desk – Winback")
    page.keyboard.press("g")
    page.keyboard.press("n")
    expect(panel.locator(".notice")).to_have_count(2)
    expect(panel).to_be_focused()
    expect(bell).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(bell).to_be_focused()
    page.keyboard.press("Enter")
    panel.get_by_role("link", name="carl mentioned you").click()
    expect(page).to_have_url(re.compile(rf"/desk/tickets/{tickets[1].pk}/"))
    expect(bell).to_have_accessible_name("Notices 1 unread")
    bell.click()
    panel.get_by_role("button", name="Mark all as read").click()
    expect(bell).to_have_accessible_name("Notices")
    expect(panel.get_by_role("button")).to_have_count(0)
    page.locator("h1").click()
    expect(panel).to_be_hidden()
    assert not Notice.objects.filter(read_at=None).exists()


def test_the_desk_hears_of_new_ones_with_its_poll(browser: Browser, live_server: LiveServer, bea: User) -> None:
    ticket = make_ticket(make_survey(), 2)
    page = opened(browser, live_server, bea, "/desk/")
    page.clock.install()
    page.reload()
    bell = page.locator("[data-bell] > a")
    expect(bell).to_have_accessible_name("Notices")
    promises.make(ticket_id=ticket.pk, by=bea, text="A call", due_at=timezone.now() + timedelta(seconds=1))
    page.wait_for_timeout(1_000)
    page.clock.fast_forward(15_000)
    expect(bell).to_have_accessible_name("Notices 1 unread")


def test_without_a_script_the_bell_leads_to_its_page(
    browser: Browser, live_server: LiveServer, bea: User, tickets: list[Ticket]
) -> None:
    page = opened(browser, live_server, bea, "/desk/", script=False)
    page.locator("[data-bell] > a").click()
    expect(page.get_by_role("heading", name="Notices")).to_be_visible()
    page.get_by_role("button", name=re.compile("carl mentioned you, Customer 4")).click()
    expect(page.locator("[data-bell] [data-number]")).to_have_text("1")
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator(".notice[data-unread]")).to_have_count(0)
    page.get_by_role("link", name="carl gave you this ticket").click()
    expect(page.get_by_role("heading", name="Customer 2")).to_be_visible()


def test_the_palette_finds_a_ticket_by_its_number_and_a_customer_by_phone(
    browser: Browser, live_server: LiveServer, bea: User, tickets: list[Ticket]
) -> None:
    page = opened(browser, live_server, bea, "/campaigns/", size={"width": 375, "height": 800})
    page.get_by_role("link", name="Find").click()
    offered = page.locator("#palette-list [role=option]")
    page.keyboard.type(f"#{tickets[0].pk}")
    expect(offered.first).to_contain_text(f"#{tickets[0].pk} Customer 2")
    expect(page.get_by_role("group", name="Tickets").get_by_role("option")).to_have_count(1)
    page.locator("#palette input").fill("12 00 00")
    expect(page.get_by_role("group", name="Customers").get_by_role("option")).to_have_count(2)
    page.locator("#palette input").fill(f"{tickets[0].pk}")
    page.keyboard.press("Enter")  # before anything was found: the first that is
    expect(page).to_have_url(re.compile(rf"/desk/tickets/{tickets[0].pk}/$"))


def test_what_comes_from_the_server_leaves_the_choice_as_it_is(
    browser: Browser, live_server: LiveServer, bea: User, tickets: list[Ticket]
) -> None:
    page = opened(browser, live_server, bea, "/desk/?view=all")
    page.keyboard.press("Control+k")
    page.keyboard.type("customer")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("group", name="Customers")).to_be_visible()
    chosen = page.locator("#palette-list [aria-selected=true]")
    expect(chosen).to_have_attribute("id", "palette-list-1")
    expect(page.locator("#palette input")).to_have_attribute("aria-activedescendant", "palette-list-1")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/desk/tickets/\d+/$"))

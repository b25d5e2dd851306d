"""The customer's side of a ticket in a browser without scripts, the manager's in one with them."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from followup.causes import services as causes
from followup.models import Play, RootCause, Ticket
from followup.playbooks import services as playbooks
from followup.tickets import actions
from nps_project.accounts.models import Team, User
from tests.browser.opening import signed_in
from tests.factories import make_survey, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bea(db: None) -> User:
    """Of the one team, whose plays offer times for a call."""
    causes.ensure_defaults()
    playbooks.ensure_default()
    Play.objects.update(offers_call_slots=True, hours=24 * 7)
    team = Team.objects.create(name="North")
    found = make_user("bea", "manager")
    team.members.add(found)
    make_survey(team=team)
    return found


def test_a_nameless_customer_writes_books_is_answered_and_says_that_it_is_not_fixed(
    browser: Browser, live_server: LiveServer, bea: User
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 800})
    customer = context.new_page()
    asked: list[str] = []
    customer.on("request", lambda request: asked.append(request.url))
    customer.goto(f"{live_server.url}/s/autumn/?score=2")
    customer.get_by_role("button", name="Send").click()
    customer.get_by_role("link", name="Your case").click()
    expect(customer.get_by_role("heading", name="Your case")).to_be_visible()
    assert not Ticket.objects.exists()  # nobody's worker is there; a GET opens none

    customer.get_by_label("Write to us").fill("Nobody came.\nAgain!")
    customer.get_by_role("button", name="Send").first.click()
    expect(customer.get_by_role("status")).to_have_text("Your message has arrived.")
    expect(customer.get_by_text("Nobody came.")).to_be_visible()

    choose(customer, "slot")
    customer.get_by_label("Your phone number").fill("+45 33 12 34 56")
    customer.get_by_role("button", name="Ask for the call").click()
    expect(customer.get_by_role("status")).to_have_text("Your call is booked.")
    expect(customer.get_by_text("bea calls you:")).to_be_visible()
    assert context.cookies() == []
    assert {url.startswith(live_server.url) or url.startswith("data:") for url in asked} == {True}

    ticket = Ticket.objects.get()
    desk = signed_in(browser, live_server, bea)
    desk.goto(f"{live_server.url}/desk/?view=all")
    expect(desk.locator("main")).to_contain_text("call booked: ")
    desk.goto(f"{live_server.url}/desk/tickets/{ticket.pk}/")
    expect(desk.get_by_text("Nobody came.").first).to_be_visible()
    desk.get_by_label("Answer on the customer’s page").fill("We come on Monday.")
    desk.get_by_role("button", name="Put the answer there").click()
    expect(desk.get_by_text("Your answer stands on the customer’s page.")).to_be_visible()

    customer.reload()
    expect(customer.get_by_text("We come on Monday.")).to_be_visible()

    promise = ticket.promises.get()
    desk.goto(f"{live_server.url}/desk/tickets/{ticket.pk}/#attempts")
    desk.get_by_label("Reached", exact=True).check()
    desk.get_by_role("button", name="Save the call").click()
    expect(desk.get_by_text("Promise kept")).to_be_visible()
    promise.refresh_from_db()
    assert promise.state == "kept"
    resolve(ticket, bea)

    customer.reload()
    customer.get_by_role("button", name="No, it is not").click()
    expect(customer.get_by_role("status")).to_contain_text("We take it up again.")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.customer_said) == ("contacted", "not_fixed")
    assert ticket.next_contact_due_at is not None
    desk.goto(f"{live_server.url}/desk/?view=all")
    expect(desk.locator("main")).to_contain_text("says that it is not fixed")


def choose(page: Page, name: str) -> None:
    page.locator(f'input[name="{name}"]').first.check(force=True)


def resolve(ticket: Ticket, by: User) -> Any:
    cause = RootCause.objects.filter(is_active=True)[0]
    return actions.resolve(ticket_id=ticket.pk, by=by, outcome="kept", root_cause=cause, note="done")

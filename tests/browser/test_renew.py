"""A ticket's page in Chromium without reloads: what changed is drawn in place, and what is being typed stays."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from followup.models import Ticket
from followup.tickets import promises
from nps_project.accounts.models import Team, User
from tests.browser.opening import opened
from tests.factories import make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bea(db: None) -> User:
    return make_user("bea")


@pytest.fixture
def ticket(db: None) -> Ticket:
    return make_ticket(make_survey(), 0, contact=make_contact(1))


def marked(page: Page) -> None:
    """Mark the document: a page that was loaded anew has no mark."""
    page.evaluate("window.isTheSame = true")


def is_the_same(page: Page) -> bool:
    return bool(page.evaluate("window.isTheSame === true"))


def test_a_step_ticks_in_place_and_is_undone_there(
    browser: Browser, live_server: LiveServer, bea: User, ticket: Ticket
) -> None:
    page = opened(browser, live_server, bea, f"/desk/tickets/{ticket.pk}/")
    marked(page)
    step = ticket.steps.all()[2]
    button = page.locator(f"button.step[value='{step.pk}']")
    button.scroll_into_view_if_needed()
    before = button.bounding_box()
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()
    expect(page.locator(".messages")).to_be_in_viewport()
    assert before is not None
    after = button.bounding_box()
    assert after is not None
    assert abs(after["y"] - before["y"]) < 2, "the page stays where it was"
    expect(page.locator(".history li").first).to_contain_text("Step done")
    page.keyboard.press("z")
    expect(button).to_have_attribute("aria-pressed", "false")
    assert is_the_same(page)
    assert page.url.endswith(f"/desk/tickets/{ticket.pk}/")


def test_what_is_being_typed_stays_while_a_step_is_ticked(
    browser: Browser, live_server: LiveServer, bea: User, ticket: Ticket
) -> None:
    page = opened(browser, live_server, bea, f"/desk/tickets/{ticket.pk}/")
    marked(page)
    page.keyboard.press("l")
    page.get_by_label("Reached").check()
    page.locator("#attempts textarea").fill("They will think about it")
    page.locator("button.step").first.click()
    expect(page.locator("button.step").first).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#attempts")).to_be_visible()
    expect(page.get_by_label("Reached")).to_be_checked()
    expect(page.locator("#attempts textarea")).to_have_value("They will think about it")
    page.get_by_role("button", name="Save the call").click()
    expect(page.locator("#attempts")).to_be_hidden()
    expect(page.locator(".history")).to_contain_text("They will think about it")
    expect(page.locator(".ticket-state")).to_contain_text("Contacted")
    page.keyboard.press("n")
    expect(page.locator("#notes textarea")).to_be_focused()
    page.keyboard.type("a note")
    page.get_by_role("button", name="Save the note").click()
    expect(page.locator(".history li").first).to_contain_text("a note")
    assert is_the_same(page)
    assert Ticket.objects.get().activities.count() == 4


def test_what_is_refused_is_shown_in_place(
    browser: Browser, live_server: LiveServer, bea: User, ticket: Ticket
) -> None:
    page = opened(browser, live_server, bea, f"/desk/tickets/{ticket.pk}/")
    marked(page)
    page.keyboard.press("r")
    page.locator("#resolve").get_by_label("Lost").check()
    page.get_by_role("button", name="Resolve the ticket").click()
    expect(page.locator("#resolve [aria-invalid=true]").first).to_be_focused()
    expect(page.locator("#resolve").get_by_label("Lost")).to_be_checked()
    assert is_the_same(page)


def test_the_next_call_stands_there_with_the_focus(
    browser: Browser, live_server: LiveServer, bea: User, ticket: Ticket
) -> None:
    other = make_ticket(ticket.survey, 1, contact=make_contact(2))
    page = opened(browser, live_server, bea, f"/desk/tickets/{ticket.pk}/")
    page.keyboard.press("l")
    page.get_by_label("Left a voicemail").check()
    page.get_by_role("button", name="Save the call").click()
    expect(page.locator(".leads-on [autofocus]")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/tickets/{other.pk}/")


def test_a_promise_is_kept_where_the_ticket_is_resolved(
    browser: Browser, live_server: LiveServer, bea: User, ticket: Ticket
) -> None:
    promises.make(ticket_id=ticket.pk, by=bea, text="a new toaster", due_at=timezone.now() + timedelta(days=2))
    page = opened(browser, live_server, bea, f"/desk/tickets/{ticket.pk}/")
    expect(page.locator(".actions")).to_contain_text("1 promise is open")
    page.keyboard.press("r")
    form = page.locator("#resolve")
    expect(form).to_contain_text("Promised: a new toaster")
    form.get_by_label("Kept", exact=True).check()
    form.get_by_label("Recovered").check()
    form.locator("select").select_option(index=1)
    form.get_by_label("Why nobody contacted").fill("they wrote themselves")
    page.get_by_role("button", name="Resolve the ticket").click()
    expect(page.locator(".ticket-state")).to_contain_text("Resolved: Recovered")
    assert ticket.promises.get().state == "kept"


def test_a_line_that_is_down_loses_nothing(
    browser: Browser, live_server: LiveServer, bea: User, ticket: Ticket
) -> None:
    page = opened(browser, live_server, bea, f"/desk/tickets/{ticket.pk}/")
    page.keyboard.press("n")
    expect(page.locator("#notes textarea")).to_be_focused()
    page.keyboard.type("They called back")
    page.route("**/notes/", lambda route: route.abort(), times=1)  # the script's try; then the browser's own
    page.get_by_role("button", name="Save the note").click()
    expect(page.locator(".history li").first).to_contain_text("They called back")
    assert ticket.activities.filter(kind="note").count() == 1


def test_undo_of_what_was_done_elsewhere_leads_there_and_says_so(
    browser: Browser, live_server: LiveServer, bea: User, ticket: Ticket
) -> None:
    page = opened(browser, live_server, bea, f"/desk/tickets/{ticket.pk}/")
    page.evaluate(
        """(id) => fetch("/desk/bulk/", {method: "POST", redirect: "manual", body: new URLSearchParams({
            tickets: id, do: "claim",
            csrfmiddlewaretoken: document.querySelector("[name=csrfmiddlewaretoken]").value})})""",
        str(ticket.pk),
    )
    page.reload()
    page.keyboard.press("z")
    page.wait_for_url(lambda url: url.split("?")[0].endswith("/desk/"))
    expect(page.locator(".messages")).to_contain_text("Undone")


def test_who_hands_a_ticket_to_another_team_comes_to_the_desk_and_is_told(
    browser: Browser, live_server: LiveServer, ticket: Ticket
) -> None:
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    ann = make_user("ann", all_teams=False)
    north.members.add(ann)
    Ticket.objects.update(team=north)
    for script in (True, False):
        page = opened(browser, live_server, ann, f"/desk/tickets/{ticket.pk}/#assign", script=script)
        page.locator("#assign select[name=team]").select_option(label="South")
        page.get_by_role("button", name="Hand the ticket over").click()
        page.wait_for_url("**/desk/")
        expect(page.get_by_text("The ticket was handed over.")).to_be_visible()
        assert Ticket.objects.get().team == south
        Ticket.objects.update(team=north)

"""Rows of a form, with a script and without: moved, added and removed, and nothing typed is lost."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from followup.playbooks import services as playbooks
from nps_project.accounts.models import User
from tests.browser.opening import signed_in
from tests.factories import make_contact, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin() -> User:
    return make_user("ada", "admin")


def open_play(page: Page, server: LiveServer) -> None:
    book = playbooks.ensure_default()
    page.goto(f"{server.url}/setup/playbooks/{book.pk}/9/")
    page.locator(".part > summary", has_text="Steps").click()
    page.locator("[data-row] > details > summary").nth(1).click()
    page.locator("#id_steps-1-text_en").fill("Typed just now")


def test_steps_move_in_place_and_keep_what_was_typed(browser: Browser, live_server: LiveServer, admin: User) -> None:
    page = signed_in(browser, live_server, admin)
    open_play(page, live_server)
    page.evaluate("window.isTheSamePage = true")
    page.get_by_role("button", name="Up step 2").click()
    expect(page.locator("#id_steps-0-text_en")).to_have_value("Typed just now")
    expect(page.locator("[data-row]").nth(0).locator("details").first).to_have_attribute("open", "")
    expect(page.get_by_role("button", name="Down step 1")).to_be_focused()  # it cannot go further up
    page.get_by_role("button", name="Add a step").click()
    expect(page.locator("#id_steps-3-kind")).to_be_focused()
    page.locator("#id_steps-3-text_en").fill("Send flowers")
    page.locator(".part > summary", has_text="Clocks").click()
    page.locator("#id_hours").fill("5")
    page.locator("#id_hours").blur()
    expect(page.locator("[data-says=clocks]")).to_contain_text("First contact within 5 h")
    assert page.evaluate("window.isTheSamePage")
    page.get_by_role("button", name="Save the play").last.click()
    page.wait_for_url("**/playbooks/*/")
    steps = playbooks.plays_of(playbooks.ensure_default())[9].steps.all()
    assert [step.texts["en"] for step in steps][::3] == ["Typed just now", "Send flowers"]


def test_without_a_script_the_page_comes_again(browser: Browser, live_server: LiveServer, admin: User) -> None:
    first = signed_in(browser, live_server, admin)
    context = browser.new_context(java_script_enabled=False, storage_state=first.context.storage_state())
    page = context.new_page()
    open_play(page, live_server)
    expect(page.locator("[data-row]")).to_have_count(3)
    page.get_by_role("button", name="Up step 2").click()
    expect(page.locator("#id_steps-0-text_en")).to_have_value("Typed just now")
    page.get_by_role("button", name="Remove step 3").click()
    expect(page.locator("[data-row]")).to_have_count(2)
    page.get_by_role("button", name="Save the play").last.click()
    page.wait_for_url("**/playbooks/*/")
    steps = playbooks.plays_of(playbooks.ensure_default())[9].steps.all()
    assert [step.texts["en"] for step in steps][0] == "Typed just now"
    context.close()


def test_enter_in_a_field_saves_and_moves_nothing(browser: Browser, live_server: LiveServer, admin: User) -> None:
    page = signed_in(browser, live_server, admin)
    open_play(page, live_server)
    page.locator(".part > summary", has_text="Clocks").click()
    page.locator("#id_hours").fill("5")
    page.locator("#id_hours").press("Enter")
    page.wait_for_url("**/playbooks/*/")
    play = playbooks.plays_of(playbooks.ensure_default())[9]
    assert (play.hours, play.steps.all()[1].texts["en"]) == (5, "Typed just now")


def test_a_chosen_trait_offers_its_values_at_once(browser: Browser, live_server: LiveServer, admin: User) -> None:
    make_contact(1, traits={"plan": "gold"})
    page = signed_in(browser, live_server, admin)
    page.goto(f"{live_server.url}/setup/routing/new/")
    page.get_by_label("Another condition: trait").select_option("plan")
    expect(page.get_by_label("gold")).to_be_focused()
    page.goto(f"{live_server.url}/setup/calendars/new/")
    page.get_by_label("Closed on the public holidays of").select_option("DE")
    expect(page.get_by_label("Region").locator("option", has_text="Bayern")).to_have_count(1)
    expect(page.get_by_label("Closed on the public holidays of")).to_be_focused()

"""The desk in Chromium: keys, palette, ticks, a queue that keeps itself up to date; and all of it without a script."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from followup.desk import presence
from followup.models import Presence, Ticket
from followup.tickets import actions
from nps_project.accounts.models import User
from tests.browser.opening import let_in
from tests.factories import make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bea(db: None) -> User:
    return make_user("bea")


@pytest.fixture
def tickets(db: None) -> list[Ticket]:
    """Three, in the order of the queue."""
    survey = make_survey()
    return [make_ticket(survey, score, contact=make_contact(score, name=f"Customer {score}")) for score in (0, 2, 4)]


def signed_in(browser: Browser, server: LiveServer, user: User, *, script: bool = True) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, java_script_enabled=script)
    let_in(context, server, user)
    return context.new_page()


def test_the_keyboard_is_enough(browser: Browser, live_server: LiveServer, bea: User, tickets: list[Ticket]) -> None:
    page = signed_in(browser, live_server, bea)
    page.goto(f"{live_server.url}/desk/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".row-name a:focus")).to_have_text("Customer 2")
    page.keyboard.press("c")
    expect(page.get_by_text("1 ticket claimed.")).to_be_visible()
    page.wait_for_load_state()  # deferred scripts have run: keys are heard
    assert [Ticket.objects.get(pk=ticket.pk).owner for ticket in tickets] == [None, bea, None]
    page.keyboard.press("/")
    page.keyboard.type("customer 4")
    page.keyboard.press("Enter")
    expect(page.locator(".rows > .row")).to_have_count(1)
    page.wait_for_load_state()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/desk/tickets/{tickets[2].pk}/"))
    page.wait_for_load_state()
    page.keyboard.press("n")
    expect(page.locator("#notes textarea")).to_be_focused()
    page.keyboard.type("c is only a letter here")
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("c is only a letter here")).to_be_visible()
    page.wait_for_load_state()
    assert Ticket.objects.get(pk=tickets[2].pk).owner is None
    page.keyboard.press("g")
    page.keyboard.press("a")
    expect(page).to_have_url(f"{live_server.url}/desk/answers/")


def test_a_key_does_it_with_all_that_are_ticked_and_the_bar_says_how_many(
    browser: Browser, live_server: LiveServer, bea: User, tickets: list[Ticket]
) -> None:
    page = signed_in(browser, live_server, bea)
    page.goto(f"{live_server.url}/desk/")
    for _row in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.locator(".bulk-count")).to_have_text("Ticked: 2")
    expect(page.locator(".bulk")).to_be_in_viewport()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("k")
    expect(page.locator(".row-name a:focus")).to_have_text("Customer 2")
    page.keyboard.press("c")
    expect(page.get_by_text("2 tickets claimed.")).to_be_visible()
    assert [Ticket.objects.get(pk=ticket.pk).owner for ticket in tickets] == [bea, None, bea]
    page.wait_for_load_state()
    expect(page.locator(".bulk-count")).to_have_text("With the ticked ones:")


def test_the_palette_does_it_with_the_ticked_ones_else_with_the_row_in_focus(
    browser: Browser, live_server: LiveServer, bea: User, tickets: list[Ticket]
) -> None:
    page = signed_in(browser, live_server, bea)
    page.goto(f"{live_server.url}/desk/")
    for expected in ("1 ticket claimed.", "2 tickets claimed."):
        page.keyboard.press("j")
        if expected.startswith("2"):
            page.keyboard.press("j")
            page.keyboard.press("x")
            page.keyboard.press("j")
            page.keyboard.press("x")
            page.keyboard.press("k")
        page.keyboard.press("Control+k")
        page.keyboard.type("claim")
        page.keyboard.press("Enter")
        expect(page.get_by_text(expected)).to_be_visible()
        page.wait_for_load_state()
    assert {Ticket.objects.get(pk=ticket.pk).owner for ticket in tickets} == {bea}


def test_help_tells_the_keys_of_the_page_and_escape_leaves_it(
    browser: Browser, live_server: LiveServer, bea: User, tickets: list[Ticket]
) -> None:
    page = signed_in(browser, live_server, bea)
    page.goto(f"{live_server.url}/desk/tickets/{tickets[0].pk}/")
    page.keyboard.press("?")
    help_of_keys = page.locator("#keys-help")
    expect(help_of_keys.get_by_text("Log the call")).to_be_visible()
    page.keyboard.press("Escape")
    expect(help_of_keys).to_be_hidden()


def test_the_palette_finds_by_name_whatever_the_single_keys(
    browser: Browser, live_server: LiveServer, bea: User, tickets: list[Ticket]
) -> None:
    User.objects.filter(pk=bea.pk).update(single_keys=False)
    page = signed_in(browser, live_server, bea)
    page.goto(f"{live_server.url}/desk/tickets/{tickets[0].pk}/")
    page.keyboard.press("c")
    page.keyboard.press("Control+k")
    page.keyboard.type("hand ov")
    expect(page.locator("#palette-list [aria-selected=true]")).to_contain_text("Hand over")
    page.keyboard.press("Enter")
    expect(page.locator("#assign")).to_be_visible()
    assert Ticket.objects.get(pk=tickets[0].pk).owner is None
    page.keyboard.press("Control+k")
    page.keyboard.type("zzz")
    expect(page.locator("#palette-list [role=option]")).to_have_text(
        ["Tickets with “zzz”", "Customers with “zzz”", "Answers with “zzz”"]
    )


def test_the_palette_is_a_list_box_under_its_field(
    browser: Browser, live_server: LiveServer, bea: User, tickets: list[Ticket]
) -> None:
    page = signed_in(browser, live_server, bea)
    page.goto(f"{live_server.url}/desk/")
    page.keyboard.press("Control+k")
    field, chosen = page.locator("#palette input"), page.locator("#palette-list [aria-selected=true]")
    expect(field).to_be_focused()
    page.keyboard.type("custómer 2")  # accents do not matter
    offered = page.locator("#palette-list [role=option]")
    expect(page.get_by_role("group", name="Look everywhere").get_by_role("option")).to_have_count(3)
    expect(offered).to_have_count(5)  # the ticket of this page, its customer, and three lists
    expect(page.locator("#palette [role=status]")).to_have_text("What fits: 5")
    expect(field).to_have_attribute("aria-expanded", "true")
    for key, number in [("ArrowUp", 4), ("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0)]:  # round the ends
        page.keyboard.press(key)
        expect(field).to_have_attribute("aria-activedescendant", f"palette-list-{number}")
        expect(chosen).to_have_attribute("id", f"palette-list-{number}")
        expect(chosen).to_have_count(1)
    expect(field).to_be_focused()
    field.fill("z")
    expect(page.get_by_text("Nothing fits.")).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "false")
    assert field.get_attribute("aria-activedescendant") is None
    page.keyboard.press("Enter")  # nothing to choose: nothing happens
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.type("customer 4")
    offered.first.click()
    expect(page).to_have_url(re.compile(r"/desk/tickets/\d+/$"))


def test_the_queue_keeps_up_and_does_not_move_under_a_hand(
    browser: Browser, live_server: LiveServer, bea: User, tickets: list[Ticket]
) -> None:
    page = signed_in(browser, live_server, bea)
    page.clock.install()
    page.goto(f"{live_server.url}/desk/")
    page.mouse.move(5, 5)
    make_ticket(tickets[0].survey, 1, contact=make_contact(11, name="Customer 11"))
    page.clock.run_for(21_000)
    expect(page.get_by_role("link", name="Customer 11")).to_be_visible()
    page.locator(".row-name a").first.focus()
    actions.claim(ticket_id=tickets[0].pk, by=make_user("jonas"))
    page.clock.run_for(11_000)
    expect(page.get_by_text("One ticket has changed.")).to_be_visible()
    expect(page.locator(".rows").get_by_text("jonas")).to_have_count(0)
    make_ticket(tickets[0].survey, 6, contact=make_contact(12))
    page.clock.run_for(11_000)
    expect(page.get_by_text("2 tickets have changed.")).to_be_visible()


def test_clocks_tick_where_they_are(
    browser: Browser, live_server: LiveServer, bea: User, tickets: list[Ticket]
) -> None:
    page = signed_in(browser, live_server, bea)
    page.clock.install()
    page.goto(f"{live_server.url}/desk/")
    page.locator(".row-name a").first.focus()
    page.locator(".clock-words").nth(1).evaluate("words => { words.textContent = 'of an hour ago'; }")
    page.clock.run_for(11_000)
    expect(page.locator(".rows .clock-words").first).to_contain_text("left")
    expect(page.locator(".row-name a").first).to_be_focused()


def test_one_box_ticks_the_page(browser: Browser, live_server: LiveServer, bea: User, tickets: list[Ticket]) -> None:
    page = signed_in(browser, live_server, bea)
    page.goto(f"{live_server.url}/desk/")
    page.get_by_label("Tick all of this page").check()
    expect(page.locator(".bulk-count")).to_have_text("Ticked: 3")


def test_shift_ticks_all_between(browser: Browser, live_server: LiveServer, bea: User, tickets: list[Ticket]) -> None:
    page = signed_in(browser, live_server, bea)
    page.goto(f"{live_server.url}/desk/")
    page.locator(".rows .row-tick input").nth(0).click()
    page.locator(".rows .row-tick input").nth(2).click(modifiers=["Shift"])
    expect(page.locator(".bulk-count")).to_have_text("Ticked: 3")
    page.get_by_role("button", name="Claim").click()
    expect(page.get_by_text("3 tickets claimed.")).to_be_visible()


def test_filters_and_bulk_fields_open_in_place(
    browser: Browser, live_server: LiveServer, bea: User, tickets: list[Ticket]
) -> None:
    make_user("jonas")
    page = signed_in(browser, live_server, bea)
    page.goto(f"{live_server.url}/desk/")
    opener = page.get_by_role("link", name="Filter", exact=True)
    opener.press("Enter")
    expect(page.get_by_label("Score", exact=True)).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "true")
    opener.press("Enter")
    expect(page.get_by_label("Score", exact=True)).to_be_hidden()
    opener.press("Enter")
    page.get_by_label("Score", exact=True).select_option("4")
    expect(page.locator(".rows > .row")).to_have_count(1)
    expect(page.get_by_label("Score", exact=True)).to_have_value("4")
    page.get_by_role("link", name="Score: 4").click()
    expect(page.locator(".rows > .row")).to_have_count(3)
    expect(page.get_by_label("Score", exact=True)).to_have_value("")  # the filters are there again, above the rows
    page.locator(".rows .row-tick input").nth(1).check()
    page.get_by_role("button", name="Hand over, wait, tag").click()
    page.get_by_label("To a person").select_option(label="jonas")
    page.get_by_role("button", name="Hand them over").click()
    expect(page.get_by_text("1 ticket handed over.")).to_be_visible()
    assert [str(Ticket.objects.get(pk=ticket.pk).owner) for ticket in tickets] == ["None", "jonas", "None"]


def test_bulk_fields_work_without_a_script(
    browser: Browser, live_server: LiveServer, bea: User, tickets: list[Ticket]
) -> None:
    page = signed_in(browser, live_server, bea, script=False)
    page.goto(f"{live_server.url}/desk/?view=nobody")
    page.locator(".rows .row-tick input").nth(1).check()
    page.get_by_role("button", name="Hand over, wait, tag").click()
    page.get_by_label("Tags, with commas").fill("storm")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Tags, with commas")).to_have_value("storm")
    assert Ticket.objects.get(pk=tickets[1].pk).activities.count() == 1, "Enter in a field does nothing to a ticket"
    page.get_by_role("button", name="Put on").click()
    expect(page.get_by_text("1 ticket tagged.")).to_be_visible()
    expect(page).to_have_url(f"{live_server.url}/desk/?view=nobody")
    page.get_by_role("link", name="Filter", exact=True).click()
    page.get_by_label("Tag", exact=True).fill("storm")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".rows > .row")).to_have_count(1)


def test_from_one_ticket_to_the_next_in_the_order_of_the_list_and_back_to_where_one_was(
    browser: Browser, live_server: LiveServer, bea: User, tickets: list[Ticket]
) -> None:
    page = signed_in(browser, live_server, bea)
    page.goto(f"{live_server.url}/desk/?view=nobody")
    page.get_by_role("link", name="Customer 0", exact=True).last.click()
    expect(page.get_by_text("1 of 3")).to_be_visible()
    for ticket in tickets[1:]:
        page.wait_for_load_state()
        page.keyboard.press("j")
        expect(page).to_have_url(f"{live_server.url}/desk/tickets/{ticket.pk}/")
    expect(page.get_by_role("link", name="Next", exact=True)).to_have_count(0)
    page.wait_for_load_state()
    page.keyboard.press("k")
    expect(page.get_by_text("2 of 3")).to_be_visible()
    page.locator("[data-back]").click()
    expect(page).to_have_url(f"{live_server.url}/desk/?view=nobody#ticket-{tickets[1].pk}")
    expect(page.locator(".row-name a:focus")).to_have_text("Customer 2")


def test_enter_in_a_field_below_the_list_asks_and_does_nothing(
    browser: Browser, live_server: LiveServer, bea: User, tickets: list[Ticket]
) -> None:
    page = signed_in(browser, live_server, bea)
    page.goto(f"{live_server.url}/desk/")
    page.locator(".rows .row-tick input").first.check()
    page.get_by_role("button", name="Hand over, wait, tag").click()
    page.get_by_label("Tags, with commas").fill("storm")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The tickets that are ticked")).to_be_visible()
    expect(page.get_by_label("Tags, with commas")).to_have_value("storm")
    assert Ticket.objects.get(pk=tickets[0].pk).owner is None


def test_keys_of_a_list_do_nothing_on_a_ticket_that_was_not_opened_from_one(
    browser: Browser, live_server: LiveServer, bea: User, tickets: list[Ticket]
) -> None:
    page = signed_in(browser, live_server, bea)
    page.goto(f"{live_server.url}/desk/tickets/{tickets[0].pk}/")
    page.evaluate("window.isHere = true")
    page.keyboard.press("j")
    page.wait_for_timeout(300)
    assert page.evaluate("window.isHere"), "the page was loaded anew"


def test_a_call_that_nobody_took_leads_on_by_enter(
    browser: Browser, live_server: LiveServer, bea: User, tickets: list[Ticket]
) -> None:
    page = signed_in(browser, live_server, bea)
    page.goto(f"{live_server.url}/desk/tickets/{tickets[0].pk}/#attempts")
    page.get_by_label("No answer").check()
    page.get_by_role("button", name="Save the call").click()
    expect(page.locator(".leads-on [autofocus]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/desk/tickets/{tickets[1].pk}/")


def test_it_works_without_a_script(browser: Browser, live_server: LiveServer, bea: User, tickets: list[Ticket]) -> None:
    page = signed_in(browser, live_server, bea, script=False)
    page.goto(f"{live_server.url}/desk/?q=customer+2")
    page.locator(".rows .row-tick input").first.check()
    page.get_by_role("button", name="Claim").click()
    expect(page.get_by_text("1 ticket claimed.")).to_be_visible()
    assert Ticket.objects.get(pk=tickets[1].pk).owner == bea
    page.goto(f"{live_server.url}/desk/tickets/{tickets[1].pk}/#promise")
    page.locator("#promise textarea").fill("A new part")
    page.locator("#promise input[type=datetime-local]").fill("2027-06-01T10:00")
    page.get_by_role("button", name="Write the promise down").click()
    expect(page.get_by_text("The promise is written down.")).to_be_visible()
    page.get_by_role("button", name="Kept").click()
    expect(page.get_by_text("The promise is kept.")).to_be_visible()


def test_two_people_on_a_ticket_see_each_other_and_a_draft_survives(
    browser: Browser, live_server: LiveServer, bea: User, tickets: list[Ticket]
) -> None:
    address = f"{live_server.url}/desk/tickets/{tickets[0].pk}/"
    hers, his = (signed_in(browser, live_server, user) for user in (bea, make_user("jonas")))
    with hers.expect_response("**/here/"):
        hers.goto(address)
    with his.expect_response("**/here/"):
        his.goto(address)
    expect(his.get_by_text("bea is looking at this ticket, too.")).to_be_visible()
    hers.goto(f"{address}#notes")
    hers.locator("#notes textarea").fill("half a thought")
    with his.expect_response("**/here/"):
        his.reload()
    hers.reload()
    expect(hers.locator("#notes textarea")).to_have_value("half a thought")
    expect(hers.get_by_text("jonas is looking at this ticket, too.")).to_be_visible()
    his.close()
    Presence.objects.filter(person__name="jonas").update(seen_at=timezone.now() - presence.FRESH)
    hers.reload()
    expect(hers.get_by_text("jonas is looking")).to_be_hidden()

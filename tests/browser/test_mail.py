"""A mail is written in a real browser, with its script and without it."""

from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, expect
from pytest_django.live_server_helper import LiveServer

from followup.conversations.models import Message
from followup.models import Ticket
from followup.playbooks import services as playbooks
from nps_project.accounts.models import User
from surveys.models import Contact
from tests.browser.opening import opened
from tests.factories import make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agent() -> User:
    return make_user("marit")


@pytest.fixture
def ticket(agent: User, settings: Any) -> Ticket:
    settings.MAIL_IS_STORED_ONLY = False
    playbooks.ensure_default()
    contact = make_contact(1, name="Karin Jensen", language="da")
    Contact.objects.filter(pk=contact.pk).update(email="karin@nordlys.dk")
    return make_ticket(make_survey(), 5, "Ingen ringede.", contact=contact, language="da")


@pytest.mark.parametrize("script", [True, False])
def test_a_mail_is_written_sent_and_taken_back(
    browser: Browser, live_server: LiveServer, agent: User, ticket: Ticket, script: bool
) -> None:
    page = opened(browser, live_server, agent, f"/desk/tickets/{ticket.pk}/", script=script)
    if script:
        page.keyboard.press("e")
        expect(page.locator("#mail_text")).to_be_focused()
    else:
        page.locator(".actions").get_by_text("Write a mail").first.click()
    text = page.locator("#mail_text")
    assert text.input_value().startswith("Hej Karin Jensen")
    text.fill("Kære {name}, vi ringer.")
    page.locator("#mail_attached").set_input_files(
        [FilePayload(name=f"{number}.txt", mimeType="text/plain", buffer=b"The plan") for number in (1, 2)]
    )
    with page.context.expect_page() as preview:
        page.get_by_role("button", name="Preview").click()
    expect(preview.value.get_by_text("Kære Karin Jensen, vi ringer.")).to_be_visible()
    page.get_by_role("button", name="Send", exact=True).click()
    bar = page.locator(".taking-back")
    expect(bar).to_contain_text("The mail leaves in")
    message = Message.objects.get()
    assert (message.status, message.attachments.count()) == ("queued", 2)
    bar.get_by_role("button", name="Take back").click()
    expect(page.locator("#mail")).to_contain_text("The mail was taken back.")
    expect(text).to_have_value("Kære Karin Jensen, vi ringer.")
    expect(page.locator("#mail input[name=kept]:checked")).to_have_count(2)
    message.refresh_from_db()
    assert message.status == "cancelled"


def test_a_mail_that_is_refused_keeps_its_words_and_its_files(
    browser: Browser, live_server: LiveServer, agent: User, ticket: Ticket
) -> None:
    page = opened(browser, live_server, agent, f"/desk/tickets/{ticket.pk}/")
    page.keyboard.press("e")
    text = page.locator("#mail_text")
    text.fill("Kære {nobody}")
    page.locator("#mail_attached").set_input_files(FilePayload(name="1.txt", mimeType="text/plain", buffer=b"The plan"))
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#mail")).to_contain_text("{nobody} is no field")
    expect(page.locator("#mail")).not_to_contain_text("Choose the files again")
    expect(text).to_be_focused()
    text.fill("Kære Karin")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".taking-back")).to_contain_text("The mail leaves in")
    expect(page.locator("#conversation")).to_contain_text("1.txt")
    expect(page.locator("#mail")).not_to_be_visible()
    assert Message.objects.get().attachments.count() == 1

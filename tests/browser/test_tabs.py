"""Tabs on a phone: one line that is longer than the screen."""

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import PHONE
from tests.browser.opening import let_in
from tests.factories import make_survey, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_current_tab_is_in_view_on_a_phone(browser: Browser, live_server: LiveServer) -> None:
    survey = make_survey()
    phone = browser.new_context(viewport=PHONE, locale="en-GB")  # type: ignore[arg-type]
    let_in(phone, live_server, make_user("ada", "admin", language="en"))
    page = phone.new_page()
    page.goto(f"{live_server.url}/setup/surveys/{survey.slug}/share/")
    current = page.locator(".tabs [aria-current]")
    expect(current).to_have_text("Link and poster")
    expect(current).to_be_in_viewport(ratio=0.9)
    assert page.evaluate("scrollY") == 0
    phone.close()

"""A lost password and a second factor, in a real browser: what the test client does not refuse, a browser may."""

import re
import time

import pyotp
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from nps_project.accounts.models import User
from nps_project.deliveries.models import Delivery
from tests.browser.accessible import violations
from tests.factories import make_user

PASSWORD, NEW = "a long enough password", "seven tall white trees"


def sign_in(page: Page, password: str) -> None:
    page.get_by_label("E-mail address").fill("ada@example.com")
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.django_db(transaction=True)
def test_a_lost_password_then_a_code_from_the_phone(desk: BrowserContext, live_server: LiveServer) -> None:
    page = desk.new_page()
    make_user("ada")
    page.goto(f"{live_server.url}/login/")
    page.get_by_role("link", name="Password lost?").click()
    page.get_by_label("E-mail address").fill("ada@example.com")
    page.get_by_role("button", name="Mail me the link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    link = re.search(r"/login/reset/[\w-]{43}/", Delivery.objects.get().body_text)
    assert link
    page.goto(live_server.url + link[0])
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text("Your new password is set.")).to_be_visible()
    sign_in(page, NEW)
    expect(page).to_have_url(f"{live_server.url}/desk/")

    page.goto(f"{live_server.url}/setup/me/security/")
    page.get_by_role("link", name="Set it up").click()
    expect(page.get_by_role("img")).to_have_js_property("complete", True)
    assert page.get_by_role("img").evaluate("image => image.naturalWidth") > 0, "the policy lets the picture in"
    secret = page.locator("main ol code").inner_text().replace(" ", "")
    page.get_by_label("Code").fill(pyotp.HOTP(secret).at(int(time.time()) // 30))
    page.get_by_label("Password of now").fill(NEW)
    page.get_by_role("button", name="Switch it on").click()
    code = page.locator(".codes code").first.inner_text()
    assert violations(page) == []
    page.locator("summary").filter(has_text="ada").click()
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, NEW)
    assert violations(page) == []
    page.get_by_label("Code").fill(code)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/desk/")
    assert User.objects.get(email="ada@example.com").sessions.count() == 1

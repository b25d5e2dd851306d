"""Open a page of the product in Chromium as somebody who is signed in."""

from django.conf import settings
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from nps_project.accounts.models import User
from tests.factories import client_of

WIDE = {"width": 1440, "height": 1000}


def opened(
    browser: Browser,
    server: LiveServer,
    user: User,
    path: str,
    *,
    script: bool = True,
    size: dict[str, int] | None = None,
) -> Page:
    """The page with its scripts run."""
    context = browser.new_context(viewport=size or WIDE, java_script_enabled=script)  # type: ignore[arg-type]
    session = client_of(user).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}])
    page = context.new_page()
    page.goto(f"{server.url}{path}")
    page.wait_for_load_state()
    return page

"""Open a page of the product in Chromium as somebody who is signed in."""

from typing import Any

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from nps_project.accounts.models import User
from tests.factories import client_of

WIDE = {"width": 1440, "height": 1000}


def let_in(context: BrowserContext, server: LiveServer, user: User) -> None:
    """From now on this browser is the person's."""
    session = client_of(user).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}])


def signed_in(browser: Browser, server: LiveServer, user: User, **shown: Any) -> Page:
    """A page of a person's browser, which shows nothing yet. What moves stands still, unless `shown` says otherwise."""
    context = browser.new_context(**{"reduced_motion": "reduce"} | shown)
    let_in(context, server, user)
    return context.new_page()


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
    let_in(context, server, user)
    page = context.new_page()
    page.goto(f"{server.url}{path}")
    page.wait_for_load_state()
    return page

"""A real Chromium, without script unless a test asks for it."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.staticfiles import handlers
from django.db import connection
from django.test.testcases import _StaticFilesHandler
from playwright.sync_api import Browser, BrowserContext, BrowserType

# Playwright's loop runs in this thread, beside Django's synchronous database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


class NoStaticFiles(_StaticFilesHandler):
    """Leaves static files to the product, which gives out collected ones and lets a browser keep them."""

    def _should_handle(self, path: str) -> bool:
        return False


handlers.StaticFilesHandler = NoStaticFiles  # type: ignore[misc,assignment]

PHONE, DESKTOP = {"width": 375, "height": 800}, {"width": 1440, "height": 900}


_started: list[Browser] = []  # beside Playwright's own
WHOLE = ("chromium", "chromium-browser", "google-chrome")


def _program(*names: str) -> str:
    """The first of these programs that is there."""
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        raise pytest.UsageError("Chromium is needed: apt-get install chromium")
    return path


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's own Chromium; where there is one, without the windows that nobody sees, for half of the time."""
    path = _program("chromium-headless-shell", *WHOLE)
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
             "--disable-component-update", "--no-first-run"]  # fmt: skip
    return {**browser_type_launch_args, "executable_path": path, "args": quiet}


@pytest.fixture(scope="session")
def keeping_browser(browser_type: BrowserType, browser_type_launch_args: dict[str, Any]) -> Iterator[Browser]:
    """Playwright's Chromium keeps no page for "back"; people's whole Chromium does, until it needs the memory."""
    whole = browser_type_launch_args | {"executable_path": _program(*WHOLE)}
    keeping = browser_type.launch(**whole, ignore_default_args=["--disable-back-forward-cache"])
    _started.append(keeping)
    yield keeping
    keeping.close()


@pytest.fixture(autouse=True)
def no_page_is_left(browser: Browser) -> Iterator[None]:
    """A page that stays open would ask the live server of later tests again and again."""
    yield
    for context in [context for one in (browser, *_started) for context in one.contexts]:
        context.close()


@pytest.fixture(scope="session", autouse=True)
def connections_end_with_their_requests() -> None:
    """The live server's threads would keep theirs longer than the test database lasts."""
    connection.settings_dict["CONN_MAX_AGE"] = 0


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A customer's: narrow, no script."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, locale="en-GB")  # type: ignore[arg-type]
    yield context
    context.close()


@pytest.fixture
def desk(browser: Browser) -> Iterator[BrowserContext]:
    """A manager's."""
    context = browser.new_context(viewport=DESKTOP, locale="en-GB")  # type: ignore[arg-type]
    yield context
    context.close()

"""The first minutes in a browser: the questions with its zone, the page without faults, and the own answer."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.accessible import LOOKS, violations
from tests.browser.opening import let_in
from tests.factories import make_survey, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_empty_desk_leads_to_the_first_answer(
    browser: Browser, live_server: LiveServer, settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR, settings.TIME_ZONE, settings.TIME_ZONE_IS_GIVEN = tmp_path, "UTC", False
    settings.SITE_URL = live_server.url
    make_survey("hello")
    context = browser.new_context(timezone_id="Europe/Copenhagen", locale="en-GB", reduced_motion="reduce")
    let_in(context, live_server, make_user("ada", "admin"))
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    page.goto(f"{live_server.url}/desk/")
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Copenhagen")
    expect(page.get_by_label("Currency")).to_have_value("DKK")
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 3000})
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0

    page.get_by_label("Name of your company").fill("Nordlys Tryk")
    page.get_by_role("button", name="Keep this").click()
    page.locator(".try").get_by_role("link", name="Answer it yourself").click()
    page.wait_for_load_state()  # until then the scale may still move
    page.locator("#score-2").check(force=True)
    page.locator("#id_comment").fill("A first try")
    page.get_by_role("button", name="Dansk").click()
    expect(page.locator("#id_comment")).to_have_value("A first try")
    expect(page.locator("#score-2")).to_be_checked()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Tak for din ærlighed. Vi er kede af, at vi skuffede dig."
    )
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 3000})
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    assert said == []

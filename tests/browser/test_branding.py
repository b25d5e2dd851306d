"""The company's own in Chromium: uploaded, seen at once in every frame of the preview, readable on both grounds."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from surveys.branding import services
from surveys.services.surveys import update_survey
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_kept_forms import signed_in
from tests.factories import make_survey, make_user
from tests.surveys.branding.files import png, svg

pytestmark = pytest.mark.django_db(transaction=True)
WIDE = svg('<rect width="300" height="60" fill="#003366"/><circle cx="30" cy="30" r="20" fill="#ffcc00"/>',
           'viewBox="0 0 300 60"')  # fmt: skip


def test_an_admin_gives_logo_and_colours_and_sees_them_in_each_frame(
    browser: Browser, live_server: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SITE_URL", live_server.url)
    survey = update_survey(make_survey("hello"), {"status": "draft"})
    (tmp_path / "own.png").write_bytes(png(180, 40))
    context = browser.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
    page = signed_in(context, live_server, make_user("ada", "admin"))
    page.goto(f"{live_server.url}/setup/branding/")
    page.get_by_label("First colour").fill("#fc0")
    page.get_by_label("Second colour").fill("#003366")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("shifted to be readable").first).to_be_visible()
    page.get_by_label("A file with your logo").set_input_files(tmp_path / "own.png")
    page.get_by_role("button", name="Upload the logo").click()
    expect(page.get_by_text("The logo is saved.")).to_be_visible()
    page.get_by_role("link", name=survey.name).click()
    expect(page.locator("iframe")).to_have_count(14)
    for number in range(14):
        frame = page.locator("iframe").nth(number)
        frame.scroll_into_view_if_needed()
        logo = frame.content_frame.locator("img").first
        expect(logo).to_be_visible()
        assert logo.evaluate("one => one.decode().then(() => one.naturalWidth)") == 180
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_in_its_own_colours_passes_axe(browser: Browser, live_server: LiveServer, scheme: str) -> None:
    make_survey("hello")
    services.save_logo(WIDE)
    services.save_branding({"sender_name": "", "accent": "#ffcc00", "second": "#9ad0ff"})
    context = browser.new_context(viewport=PHONE, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{live_server.url}/s/hello/?score=9")
    expect(page.locator(".head img")).to_be_visible()
    found = Axe().run(page).response["violations"]
    assert not found, [one["id"] for one in found]
    context.close()

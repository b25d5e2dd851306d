"""A manager imports customers in a browser, without a script: file, columns, result."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from surveys.contacts.imports.models import ContactImport
from surveys.models import Contact
from tests.browser.opening import let_in
from tests.factories import make_user
from tests.surveys.contacts.imports.files import work_off

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_file_becomes_customers_by_three_pages(
    phone: BrowserContext, live_server: LiveServer, tmp_path: Path
) -> None:
    file = tmp_path / "klanten.csv"
    file.write_text("Klantnr;Naam;Schoenmaat\nK1;Søren Ærø;43\n;Piet;44\n", "cp1252")
    let_in(phone, live_server, make_user("mo", "manager"))
    page = phone.new_page()
    page.goto(f"{live_server.url}/contacts/import/")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Read the file").click()

    expect(page.get_by_text("2 rows, in Windows-1252, their cells divided by semicolon.")).to_be_visible()
    expect(page.get_by_label("Naam")).to_have_value("name")
    page.get_by_label("Schoenmaat").select_option("trait.Schoenmaat")
    if folder := os.environ.get("IMPORT_PICTURES"):
        page.screenshot(path=f"{folder}/matching.png", full_page=True)
    page.get_by_role("button", name="Import 2 rows").click()
    expect(page.get_by_role("button", name="Stop here")).to_be_visible()

    work_off(ContactImport.objects.get())
    page.reload()
    expect(page.get_by_text("2 of 2, Finished")).to_be_visible()
    expect(page.get_by_role("link", name="Bad rows as CSV")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Value")).to_be_hidden()  # on a phone the reason's cell has it
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if folder:
        page.screenshot(path=f"{folder}/done.png", full_page=True)
    assert Contact.objects.get().traits == {"Schoenmaat": "43"}

"""`python -m tests.pictures`: take the pictures of docs/pictures anew, in Chromium, from a product with sample data.

Names after it take these alone: `python -m tests.pictures desk campaign`. Everything that it starts is ended.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from playwright.sync_api import Browser, FilePayload, Locator, Page, expect, sync_playwright

from tests.product import CHECKOUT, Product, forget, free_port

PICTURES = CHECKOUT / "docs" / "pictures"
PASSWORD = "only for these pictures"
# The first lines are seen; the others have addresses that could be mailed. Nothing is: no mail server listens.
CUSTOMERS = """Klantnr;Naam;E-mail;Telefoon;Bedrijf;Waarde;Winkel
K100;Søren Holm;soren@holm.example;+45 33 12 00 01;Holm & Søn;1.200,50;Aarhus
K101;Anna de Vries;anna@devries.example;+31 20 555 01 01;De Vries;840,00;Utrecht
K102;Mette Østergaard;mette(at)nordhavn.example;+45 33 12 00 02;Nordhavn Byg;twaalf;Aarhus
K103;Joost Bakker;;+31 20 555 01 02;Tulp Logistiek;2.310,00;Utrecht
"""
CUSTOMERS += "".join(f"K{n};Klant {n};k{n}@klanten-van-nordlys.dk;;;{n},00;Aarhus\n" for n in range(104, 140))


class Photographer:
    """A manager's browser at a desk, and a customer's on a phone, both at one product."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url
        self.desk = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce")
        self.phone = browser.new_page(
            viewport={"width": 390, "height": 844}, device_scale_factor=2, locale="en-GB", reduced_motion="reduce"
        )
        self.desk.goto(f"{url}/login/")
        self.desk.get_by_label("E-mail address").fill("admin@example.com")
        self.desk.get_by_label("Password").fill(PASSWORD)
        self.desk.get_by_role("button", name="Sign in").click()

    def at(self, path: str) -> Page:
        """The desk's page at this path."""
        self.desk.goto(f"{self.url}{path}")
        return self.desk

    def first(self, path: str, place: str = "main tbody a", name: str = "") -> Page:
        """The page behind the first link at this place of the page at `path`, whose words contain `name`."""
        self.at(path).locator(place).filter(has_text=name).first.click(timeout=5_000)
        self.desk.wait_for_load_state()
        return self.desk

    def ticket(self, key: str = "") -> Page:
        """The next call's ticket, with the form open that this key opens."""
        page = self.at("/desk/")
        page.locator(".next-act .button-primary").click()
        page.locator(".ticket-history").wait_for()
        if key:
            page.keyboard.press(key)
            page.wait_for_timeout(300)
        return page

    def survey(self) -> Page:
        self.phone.goto(f"{self.url}/s/demo-after-delivery/?lang=en")
        return self.phone

    def thanks(self) -> Page:
        page = self.survey()
        page.locator("label").filter(has=page.locator("#score-2")).click(position={"x": 12, "y": 12})
        page.locator("#id_contact_email").fill("kim@firma.example")
        page.locator("form button").last.click()
        page.wait_for_url("**/t/**")
        return page

    def case(self) -> Page:
        """The customer's own page, with what they wrote there."""
        page = self.thanks()
        page.get_by_role("link", name="Your case").click()
        page.get_by_label("Write to us").fill("The second box is missing, too. Can you bring it on Thursday?")
        page.get_by_role("button", name="Send").first.click()
        page.get_by_role("status").wait_for()
        return page

    def conversation(self) -> Page:
        """A ticket whose customer answered a mail."""
        page = self.at("/desk/?view=resolved&score=6&language=en")
        links = page.locator(".queue li.row .row-name a").evaluate_all("all => all.map(one => one.href)")
        for address in links:
            page.goto(address)
            if page.locator("#conversation li[data-way=in]").count():
                page.locator("#conversation").scroll_into_view_if_needed()
                return page
        raise LookupError("no ticket of the sample shop has an answer to a mail")

    def bulk(self) -> Page:
        page = self.at("/desk/")
        for number in range(4):
            page.locator("main li input[type=checkbox]").nth(number).check()
        return page

    def first_steps(self) -> Page:
        page = self.at("/desk/")
        page.get_by_label("Name of your company").fill("Nordlys")
        page.get_by_label("Currency").fill("DKK")
        page.get_by_role("button", name="Keep this").click()
        page.wait_for_url("**/desk/")
        return self.at("/desk/")

    def matching(self) -> Page:
        page = self.at("/contacts/import/")
        file = FilePayload(name="klanten.csv", mimeType="text/csv", buffer=CUSTOMERS.encode())
        page.locator("input[type=file]").set_input_files(file)
        page.locator("main form button[type=submit]").first.click()
        page.locator("#matching").wait_for()
        return page

    def imported(self) -> Page:
        self.matching().get_by_role("button", name="Import 40 rows").click()
        expect(self.desk.get_by_text("40 of 40, Finished")).to_be_visible(timeout=60_000)
        return self.desk

    def new_campaign(self) -> Page:
        page = self.at("/campaigns/new/")
        page.get_by_label("Name").fill("Autumn, all customers")
        page.get_by_label("Mails a day at most").fill("10")
        page.get_by_label("Reminders").fill("5, 12")
        page.get_by_role("heading", name="New campaign").click()  # at the top again, no field in focus
        return page

    def draft(self) -> Page:
        self.new_campaign().locator("main form button[type=submit]").first.click()
        self.desk.wait_for_url("**/campaigns/*/")
        return self.desk

    def dry_run(self) -> Page:
        self.draft()
        self.desk.goto(f"{self.desk.url}dry-run/")
        return self.desk

    def words(self) -> Page:
        page = self.at("/insights/words/?language=en")
        for _try in range(60):  # the comments are read in the background
            if not page.get_by_text("still to be read").count():
                break
            page.wait_for_timeout(2_000)
            page.reload()
        return page

    def mail(self) -> Locator:
        self.draft()
        self.desk.goto(f"{self.desk.url}mail/da/")
        self.desk.wait_for_timeout(500)
        return self.desk.locator("iframe.mail-phone")


BEFORE_THE_SAMPLES: dict[str, Callable[[Photographer], Page | Locator]] = {
    "first-steps": Photographer.first_steps,
    "import": Photographer.matching,
    "imported": Photographer.imported,
    "campaign-form": Photographer.new_campaign,
    "dry-run": Photographer.dry_run,
    "mail": Photographer.mail,
}
WITH_SAMPLES: dict[str, Callable[[Photographer], Page | Locator]] = {
    "survey": Photographer.survey,
    "thanks": Photographer.thanks,
    "case": Photographer.case,
    "desk": lambda taker: taker.at("/desk/"),
    "bulk": Photographer.bulk,
    "ticket": Photographer.ticket,
    "conversation": Photographer.conversation,
    "log": lambda taker: taker.ticket("l"),
    "promise": lambda taker: taker.ticket("p"),
    "resolve": lambda taker: taker.ticket("r"),
    "recovery": lambda taker: taker.at("/insights/recovery/"),
    "overview": lambda taker: taker.at("/insights/"),
    "groups": lambda taker: taker.at("/insights/compare/?by=language"),
    "silence": lambda taker: taker.at("/insights/silence/"),
    "risk": lambda taker: taker.at("/insights/risk/"),
    "fair-play": lambda taker: taker.at("/insights/fair-play/"),
    "wall": lambda taker: taker.at("/insights/wall/"),
    "words": Photographer.words,
    "contacts": lambda taker: taker.at("/contacts/"),
    "contact": lambda taker: taker.first("/contacts/"),
    "campaign": lambda taker: taker.first("/campaigns/", "main a", "these weeks"),
    "poster": lambda taker: taker.at("/setup/surveys/demo-after-delivery/share/"),
}


def take(url: str, places: dict[str, Callable[[Photographer], Page | Locator]], names: list[str], say: TextIO) -> None:
    """Take those of `names` that are places of the product at `url`, where the admin's password is PASSWORD."""
    names = [name for name in places if name in names]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        taker = Photographer(browser, url)
        for name in names:
            places[name](taker).screenshot(path=PICTURES / f"{name}.png")
            say.write(f"{name}\n")
        browser.close()


def main() -> None:
    names = sys.argv[1:] or [*BEFORE_THE_SAMPLES, *WITH_SAMPLES]
    with tempfile.TemporaryDirectory(prefix="winback-pictures-") as place:
        Path(place).chmod(0o755)
        product = Product(
            Path(place) / "var", free_port(), ADMIN_PASSWORD=PASSWORD, EMAIL_URL="smtp://127.0.0.1:9",
            DEFAULT_FROM_EMAIL="care@nordlys.example",
        )  # fmt: skip
        try:
            product.start()
            take(product.url, BEFORE_THE_SAMPLES, names, sys.stdout)
            if not set(names).intersection(WITH_SAMPLES):
                return
            command = [sys.executable, str(CHECKOUT / "manage.py"), "load_demo"]
            subprocess.run(command, env=product.environment(), check=True, timeout=600)
            take(product.url, WITH_SAMPLES, names, sys.stdout)
        finally:
            if product.process and product.process.poll() is None:
                product.stop()
            forget(product.var)


if __name__ == "__main__":
    main()

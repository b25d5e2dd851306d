"""The main job, from `make run` in an empty directory to a customer called in time; then the same over the API."""

import json
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.product import CHECKOUT, Product, forget, free_port, within

# Both in Chromium's turn, in this order, on one product.
pytestmark = pytest.mark.usefixtures("browser")

COMMENTS = {
    0: ("da", "Ingen ringede tilbage, selv om jeg bad om det tre gange."),
    1: ("nl", "De factuur klopte voor de derde keer niet."),
    2: ("en", "The banners arrived a day after the fair. 😡"),
    3: ("en", "Nobody could tell me where my order was."),
    4: ("nl", "Te duur voor wat het is."),
    5: ("da", "Det er <b>i orden</b>, men langsomt."),
    6: ("en", "Fine, but the website is slow."),
    7: ("da", "Fin kvalitet."),
    8: ("nl", "Goed, maar de bezorging kan sneller."),
    9: ("en", "Karin solved my problem within the hour."),
    10: ("da", "Altid venlige og hurtige!"),
}
SEND = {"en": "Send", "nl": "Verstuur", "da": "Send"}
PASSWORD = "a password for one test only"
OPENED_WITHIN_S = 30
STOPS_WITHIN_S = 10.0


def lay_out(place: Path) -> Path:
    """The checkout's own files in a fresh directory, compiled as far as they are here; its packages are installed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    checkout = place / "winback"
    for name in filter(None, listed.split("\0")):
        compiled = cache_from_source(name) if name.endswith(".py") else name
        for part in filter(lambda part: (CHECKOUT / part).is_file(), {name, compiled}):
            (checkout / part).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / part, checkout / part)
    (checkout / ".venv").symlink_to(CHECKOUT / ".venv")
    return checkout


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """Started by `make run`."""
    with tempfile.TemporaryDirectory(prefix="winback-chain-") as name:
        Path(name).chmod(0o755)
        checkout = lay_out(Path(name))
        made = Product(
            checkout / "var", free_port(), checkout=checkout, started_by=("make", "run"), ADMIN_PASSWORD=PASSWORD
        )
        try:
            made.start()
            yield made
        finally:
            if made.process and made.process.poll() is None:
                made.stop()
            forget(made.var)


class Api:
    """A program with a key."""

    def __init__(self, product: Product, key: str) -> None:
        self.base, self.key = f"{product.url}/api/v1/", key

    def __call__(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The body of an answer in the 200s. Raises: AssertionError with the problem that was told."""
        request = urllib.request.Request(  # noqa: S310
            path if path.startswith("http") else self.base + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                return json.load(answer)
        except HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from error

    def every(self, path: str) -> list[Any]:
        """A list, all its pages."""
        rows: list[Any] = []
        page = self("GET", path)
        while True:
            rows += page["results"]
            if page["next"] is None:
                return rows
            page = self("GET", page["next"])


@pytest.fixture(scope="module")
def api(product: Product) -> Api:
    """With a manager beside the admin."""
    person = ("create_user", "--email", "manager@example.com", "--role", "manager", "--password-stdin")
    made = commands(product, person, ("create_api_key", "--name", "chain", "--scope", "admin"), typed=PASSWORD)
    return Api(product, made.split()[-1])


def commands(product: Product, *each: tuple[str, ...], typed: str | None = None) -> str:
    """In one process of manage.py. Returns: what they say. Raises: AssertionError when one fails."""
    code = "from django.core.management import call_command\n"
    done = product.command(
        "shell", "--no-imports", "-c", code + "\n".join(f"call_command(*{words!r})" for words in each), typed=typed
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def give(browser: Browser, product: Product, score: int) -> str:
    """One customer answers on a phone without script; returns the words of the thank-you page."""
    language, comment = COMMENTS[score]
    context = browser.new_context(viewport={"width": 375, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{product.url}/s/hello/?lang={language}")
    page.locator("label").filter(has=page.locator(f"#score-{score}")).click(position={"x": 12, "y": 12})
    page.locator("#id_comment").fill(comment)
    contact = page.locator("#id_contact_email")
    assert contact.is_visible() is (score <= 6)
    if score <= 6:
        contact.fill(f"customer{score}@example.com")
        page.locator("#id_contact_phone").fill(f"+45 33 12 00 {score:02}")
        page.locator("#id_contact_name").fill(f"Customer {score}")
    page.locator("form button.button").click()
    page.wait_for_url("**/t/**")
    words = page.locator("main").inner_text()
    assert not context.cookies()
    context.close()
    return words


def deadlines_hold(api: Api, survey: str) -> list[dict[str, Any]]:
    """Wait for seven tickets; each is due exactly 24 or 48 h after its answer. Returns them by score."""
    assert within(OPENED_WITHIN_S, lambda: len(api.every(f"tickets/?survey={survey}")) == 7)
    tickets = sorted(api.every(f"tickets/?survey={survey}&expand=response"), key=lambda ticket: ticket["score"])
    assert [ticket["score"] for ticket in tickets] == list(range(7))
    for ticket in tickets:
        answered = datetime.fromisoformat(ticket["response"]["answered_at"])
        hours = 24 if ticket["score"] <= 3 else 48
        assert datetime.fromisoformat(ticket["first_contact_due_at"]) - answered == timedelta(hours=hours)
        assert ticket["steps"]
    return tickets


def test_eleven_customers_seven_tickets_one_call(
    product: Product, api: Api, browser: Browser, desk: BrowserContext
) -> None:
    thanks = {score: give(browser, product, score) for score in range(11)}

    hours = {score: "24" if score <= 3 else "48" for score in range(7)}
    for score, words in thanks.items():
        assert (hours.get(score, "–") in words) is (score <= 6), (score, words)
    tickets = deadlines_hold(api, "hello")

    page = desk.new_page()
    page.goto(f"{product.url}/desk/")
    expect(page).to_have_url(f"{product.url}/login/?next=/desk/")
    page.get_by_label("E-mail address").fill("manager@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    figures = page.locator(".figures").inner_text()
    assert "−45" in figures
    assert "between −77 and 6, n 11" in figures
    rows = page.locator(".rows").get_by_role("listitem")
    expect(rows).to_have_count(7)
    expect(rows.first).to_contain_text(COMMENTS[0][1])

    work_the_first(page, tickets[0]["id"])

    page.goto(f"{product.url}/desk/")
    expect(rows).to_have_count(6)
    expect(page.locator(".figures")).to_contain_text("100")
    page.goto(f"{product.url}/desk/answers/")
    expect(page.get_by_role("listitem").filter(has_text="Altid venlige og hurtige!")).to_have_count(1)
    page.goto(f"{product.url}/desk/tickets/{tickets[5]['id']}/")
    expect(page.locator("blockquote")).to_have_text("Det er <b>i orden</b>, men langsomt.")
    resolved = api("GET", f"tickets/{tickets[0]['id']}/")
    assert (resolved["status"], resolved["outcome"], resolved["due_state"]) == ("resolved", "recovered", "met")
    assert all(step["done_at"] for step in resolved["steps"])
    figures = api("GET", "stats/nps/?survey=hello")
    assert (figures["responses"], figures["promoters"], figures["passives"], figures["detractors"]) == (11, 2, 2, 7)
    assert round(figures["nps"], 2) == -45.45
    assert figures["nps_low"] < figures["nps"] < figures["nps_high"]
    commands(product, ("verify_history",), ("check_tallies",))


def work_the_first(page: Page, ticket_id: int) -> None:
    """Take the 0, log the call, tick every step, resolve it."""
    page.get_by_role("button", name="Take it and open").click()
    expect(page).to_have_url(page.url.split("/desk/")[0] + f"/desk/tickets/{ticket_id}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Customer 0")
    expect(page.locator(".ticket-state")).to_contain_text("manager@example.com")

    page.locator(".actions").get_by_role("link", name="Log the call").click()
    call = page.locator("#attempts")
    call.get_by_text("Reached", exact=True).click()
    call.get_by_label("What was said").fill("Promised a new delivery on Friday.")
    call.get_by_role("button", name="Save the call").click()
    expect(page.locator(".ticket-history")).to_contain_text("Promised a new delivery on Friday.")

    steps = page.locator("button.step")
    for place in range(steps.count()):
        if steps.nth(place).get_attribute("aria-pressed") == "false":
            steps.nth(place).click()
            expect(steps.nth(place)).to_have_attribute("aria-pressed", "true")

    page.locator(".actions").get_by_role("link", name="Resolve").click()
    ending = page.locator("#resolve")
    ending.get_by_label("Recovered").check()
    ending.get_by_label("Root cause").select_option(index=1)
    ending.get_by_role("button", name="Resolve the ticket").click()
    expect(page.locator(".ticket-state")).to_contain_text("Recovered")


def test_the_same_over_the_api(product: Product, api: Api) -> None:
    api("POST", "surveys/", {"slug": "api", "name": "API", "brand": "Nordlys", "status": "live",
                             "default_language": "en", "languages": ["en", "nl", "da"]})  # fmt: skip
    for score, (language, comment) in COMMENTS.items():
        person = {"email": f"api{score}@example.com", "name": f"Customer {score}", "language": language}
        contact = api("POST", "contacts/", person)
        link = api("POST", "invitations/", {"survey": "api", "contact": contact["id"]})["url"]
        if score % 2:  # half of them through their personal links, half told by a program
            body = f"score={score}&comment={score}".encode()
            with urllib.request.urlopen(link, body, timeout=10) as thanks:  # noqa: S310
                assert thanks.status == 200
        else:
            answer = {"survey": "api", "score": score, "comment": comment, "contact": contact["id"]}
            assert api("POST", "responses/", answer)["group"]
    tickets = deadlines_hold(api, "api")

    ticket = f"tickets/{tickets[0]['id']}/"
    assert api("POST", f"{ticket}claim/", {})["owner"]
    assert api("POST", f"{ticket}attempts/", {"result": "reached", "note": "Sorry."})["id"]
    for step in tickets[0]["steps"]:
        api("POST", f"{ticket}steps/", {"step": step["id"], "done": True})
    cause = api("GET", "root-causes/")["results"][0]["slug"]
    resolved = api("POST", f"{ticket}resolve/", {"outcome": "recovered", "root_cause": cause})
    assert (resolved["status"], resolved["due_state"], resolved["root_cause"]) == ("resolved", "met", cause)
    done = api.every(f"{ticket}activities/")
    assert len(done) >= 4 + len(tickets[0]["steps"])
    figures = api("GET", "stats/nps/?survey=api")
    assert round(figures["nps"], 2) == -45.45
    follow_up = api("GET", "stats/follow-up/?survey=api")
    assert (follow_up["open"], follow_up["met"], follow_up["missed"], follow_up["n"]) == (6, 1, 0, 1)
    assert follow_up["met_share"] == 1


def test_in_the_end_a_word_stops_all_that_make_run_started(product: Product) -> None:
    assert product.stop() < STOPS_WITHIN_S
    assert product.processes_left() == []

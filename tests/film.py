"""`python -m tests.film`: two managers work one queue at once, forty tickets by keys and forty by mouse, filmed.

Prints strokes and clicks a call, what the server took for each page, and whether two people called one customer; exit
status 1 when a promise was broken. The films stay in the folder that `--to` names. Typed words and ticks of steps are
not counted: a step is one key or one click. Everything that it starts is ended.
"""

import argparse
import base64
import json
import re
import shutil
import statistics
import sys
import tempfile
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Locator, Page, expect, sync_playwright

from tests.product import Product, forget, free_port

PASSWORD = "only for this film"
MOST_CLICKS, MOST_STROKES, MOST_MS = 8, 9, 100
SIZE = {"width": 1440, "height": 900}
_READ = 50  # pages that one person reads alone
WORDS = "They were glad that somebody called."

_SETUP = """
from datetime import timedelta
from django.utils import timezone
from followup.tickets import opening
from nps_project.accounts.models import Team, User
from surveys.models import Contact
from surveys.services.responses import NewAnswer, Origin, record_response
from surveys.services.surveys import create_survey
care, at = Team.objects.create(name="Care"), timezone.now()
for name in ("keys", "mouse"):
    care.members.add(User.objects.create_user(f"{name}@example.com", "PASSWORD", name=name, role="manager"))
survey = create_survey(slug="film", name="Film", brand="Nordlys", status="live", languages=["en"], team=care)
for number in range(COUNT):
    contact = Contact.objects.create(name=f"Customer {number}", phone=f"+45331200{number:02}")
    answer = NewAnswer(number % 7, f"Nobody called me back, number {number}.")
    answered_at = at - timedelta(hours=number % 20)
    origin = Origin(channel="api", language="en", contact_id=contact.pk, answered_at=answered_at)
    opening.open_for_response(record_response(survey=survey, answer=answer, origin=origin).response_id)
"""
_VERDICT = """
import json
from followup.models import Attempt, Ticket
people = {}
for ticket, by in Attempt.objects.values_list("ticket", "by"):
    people.setdefault(ticket, set()).add(by)
print(json.dumps({
    "resolved": Ticket.objects.exclude(resolved_at=None).count(),
    "kept promises": Ticket.objects.filter(promises__state="kept").count(),
    "called by two": [ticket for ticket, by in people.items() if len(by) > 1],
}))
"""
_PLAYER = """<!doctype html><meta charset="utf-8"><title>NAME</title><img width="960"><script>
const frames = FRAMES; const image = document.querySelector("img"); let at = 0;
const show = () => { image.src = frames[at][1]; const next = frames[at + 1];
  if (next) setTimeout(show, Math.min(1000, next[0] - frames[at++][0])); };
show();</script>
"""


class Film:
    """What a page shows, as pictures in a folder, and a page that plays them. Playwright's own films need a program
    that no package of the system brings.
    """

    def __init__(self, page: Page, folder: Path) -> None:
        self.folder, self.frames = folder, list[tuple[int, str]]()
        folder.mkdir(parents=True, exist_ok=True)
        self.session = page.context.new_cdp_session(page)
        self.session.on("Page.screencastFrame", self._keep)
        self.session.send("Page.startScreencast", {"format": "jpeg", "quality": 50, "maxWidth": 960, "maxHeight": 600})

    def _keep(self, frame: dict[str, Any]) -> None:
        name = f"{len(self.frames):05}.jpg"
        (self.folder / name).write_bytes(base64.b64decode(frame["data"]))
        self.frames.append((int(1000 * frame["metadata"]["timestamp"]), name))
        with suppress(Error):  # the browser is closed
            self.session.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

    def end(self) -> None:
        """Write the page that plays it."""
        page = _PLAYER.replace("NAME", self.folder.name).replace("FRAMES", json.dumps(self.frames))
        (self.folder / "index.html").write_text(page)


class Worker(ABC):
    """A person at the desk; `count` is what they pressed for the present call."""

    def __init__(self, page: Page, name: str) -> None:
        self.page, self.name, self.count = page, name, 0
        self.counts: list[int] = []

    def sign_in(self, url: str) -> None:
        self.page.goto(f"{url}/login/")
        self.page.get_by_label("E-mail address").fill(f"{self.name}@example.com")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_load_state()
        self.page.goto(f"{url}/desk/")

    def work(self, calls: int) -> None:
        """Take the next ticket, call, tick, resolve, again; each fifth customer gets a promise that is kept at once."""
        for number in range(calls):
            self.count = 0
            while not self.take():
                pass  # a colleague was faster, and the page leads on
            self.tick()
            if number % 5 == 0:
                self.promise()
            self.call_and_resolve(promised=number % 5 == 0)
            expect(self.page.locator(".ticket-state")).to_contain_text("Resolved")
            self.counts.append(self.count)

    def take(self) -> bool:
        """Whether the ticket is this person's."""
        before = self.page.url
        self.press_take()
        self.page.wait_for_function(
            "before => location.href !== before && document.readyState === 'complete'", arg=before
        )
        return f"Owner: {self.name}" in self.page.locator(".ticket-state").inner_text()

    def settled(self, act: Callable[[], None]) -> None:
        """Wait until the page was drawn anew."""
        seen = self.page.locator("input[name=submission]").first.get_attribute("value")
        act()
        self.page.wait_for_function(
            "seen => !document.querySelector('[aria-busy]')"
            " && document.querySelector('input[name=submission]')?.value !== seen",
            arg=seen,
        )

    @abstractmethod
    def press_take(self) -> None:
        """Take what the page offers as the next call."""

    @abstractmethod
    def tick(self) -> None:
        """Tick the first steps."""

    @abstractmethod
    def promise(self) -> None:
        """Write a promise down."""

    @abstractmethod
    def call_and_resolve(self, *, promised: bool) -> None:
        """Log a call that reached the customer, then resolve; a promise was kept."""


class ByKeys(Worker):
    """Everything without the mouse."""

    def press(self, key: str) -> None:
        self.count += 1
        self.page.keyboard.press(key)

    def press_take(self) -> None:
        focused = self.page.locator(".leads-on [autofocus]")
        if focused.count():
            expect(focused).to_be_focused()
            self.press("Enter")
        else:
            self.press("t")

    def tick(self) -> None:
        for number in range(min(3, self.page.locator("button.step").count())):
            self.settled(lambda number=number: self.page.keyboard.press(str(number + 1)))  # type: ignore[misc]

    def promise(self) -> None:
        self.press("p")
        expect(self.page.locator("#promise textarea")).to_be_focused()
        self.page.keyboard.type("A new delivery")
        self.press("Tab")
        self.page.keyboard.type("01012027")
        self.page.keyboard.press("Tab")
        self.page.keyboard.type("1000AM")
        self.settled(lambda: self.press("Control+Enter"))

    def call_and_resolve(self, *, promised: bool) -> None:
        self.press("l")
        expect(self.page.locator("#attempts input[name=result]").first).to_be_focused()
        self.press("Space")
        self.press("Tab")
        self.page.keyboard.type(WORDS)
        self.settled(lambda: self.press("Control+Shift+Enter"))
        expect(self.page.locator("#resolve input:not([type=hidden])").first).to_be_focused()
        if promised:
            self.press("Space")
            self.press("Tab")
        self.press("Space")
        self.press("Tab")
        self.press("d")
        self.settled(lambda: self.press("Control+Enter"))


class ByMouse(Worker):
    """Everything with the mouse, but for the words."""

    def click(self, target: Locator) -> None:
        self.count += 1
        target.click()

    def press_take(self) -> None:
        self.click(self.page.get_by_role("button", name="Take it and open").first)

    def tick(self) -> None:
        for number in range(min(3, self.page.locator("button.step").count())):
            self.settled(lambda number=number: self.page.locator("button.step").nth(number).click())  # type: ignore[misc]

    def promise(self) -> None:
        self.click(self.page.locator(".actions summary"))
        self.click(self.page.locator(".actions a[href='#promise']"))
        self.page.locator("#promise textarea").fill("A new delivery")
        self.page.locator("#promise input[name=due_at]").fill("2027-01-01T10:00")
        self.settled(lambda: self.click(self.page.get_by_role("button", name="Write the promise down")))

    def call_and_resolve(self, *, promised: bool) -> None:
        self.click(self.page.locator(".actions a[href='#attempts']"))
        self.click(self.page.locator("#attempts label").filter(has_text="Reached"))
        expect(self.page.locator("#attempts textarea")).to_be_focused()
        self.page.keyboard.type(WORDS)
        self.settled(lambda: self.click(self.page.get_by_role("button", name="Save and resolve")))
        form = self.page.locator("#resolve")
        if promised:
            self.click(form.locator("label").filter(has_text=re.compile(r"^\s*Kept\s*$")))
        self.click(form.locator("label").filter(has_text="Recovered:"))
        self.count += 2  # opening the list and choosing in it
        form.locator("select[name=root_cause]").select_option("delivery")
        self.settled(lambda: self.click(self.page.get_by_role("button", name="Resolve the ticket")))


def film(kind: type[Worker], name: str, url: str, calls: int, folder: Path, told: dict[str, object]) -> None:
    """One worker's morning, in a browser of its own; `told` gets their counts, or what went wrong."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(viewport=SIZE, locale="en-US").new_page()  # type: ignore[arg-type]
        taken = Film(page, folder / name)
        try:
            worker = kind(page, name)
            worker.sign_in(url)
            worker.work(calls)
            told[name] = worker.counts
        except Exception as error:  # noqa: BLE001  (told to whoever started it, with the picture of the moment)
            page.screenshot(path=folder / f"{name}-stopped.png")
            told[name] = error
        finally:
            taken.end()
            browser.close()


def read_alone(url: str) -> None:
    """Read the desk and the first tickets as one person does when nobody else draws pages on the same machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        ByKeys(page, "keys").sign_in(url)
        for _number in range(_READ - 40):
            page.request.get(f"{url}/desk/")
        for ticket_id in range(1, 41):
            page.request.get(f"{url}/desk/tickets/{ticket_id}/")
        browser.close()


def _chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def judge(told: dict[str, object], verdict: dict[str, object], times: list[int], calls: int) -> list[str]:
    """What was broken, in words."""
    wrong = [f"{name}: {error}" for name, error in told.items() if isinstance(error, Exception)]
    for name, what, most in (("keys", "strokes", MOST_STROKES), ("mouse", "clicks", MOST_CLICKS)):
        counts = told.get(name)
        if isinstance(counts, list):
            median = statistics.median(counts)
            print(f"by {name}: {len(counts)} calls, {what} a call: median {median:g}, {min(counts)} to {max(counts)}")
            wrong += [f"{median:g} {what} a call"] if median > most else []
    print(
        f"{len(times)} pages, read alone: median {statistics.median(times):g} ms of the server, longest {max(times)} ms"
    )
    wrong += [f"a page took {max(times)} ms"] if max(times) > MOST_MS else []
    print(f"at the end: {verdict}")
    wrong += [f"called by two: {verdict['called by two']}"] if verdict["called by two"] else []
    wrong += [f"{verdict['resolved']} resolved of {2 * calls}"] if verdict["resolved"] != 2 * calls else []
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.film", description=__doc__)
    parser.add_argument("--calls", type=int, default=40, help="of each of the two")
    parser.add_argument("--to", type=Path, default=Path("test-results/film"), help="where the films stay")
    asked = parser.parse_args()
    asked.to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="winback-film-") as place:
        Path(place).chmod(0o755)
        product = Product(Path(place) / "var", free_port(), ADMIN_PASSWORD=PASSWORD)
        try:
            product.start()
            made = product.command(
                "shell", "-c", _SETUP.replace("COUNT", str(2 * asked.calls + 4)).replace("PASSWORD", PASSWORD)
            )
            if made.returncode:
                raise RuntimeError(made.stderr)
            told: dict[str, object] = {}
            began = time.monotonic()
            threads = [
                threading.Thread(target=film, args=(kind, name, product.url, asked.calls, asked.to, told))
                for kind, name in ((ByKeys, "keys"), (ByMouse, "mouse"))
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            print(f"{time.monotonic() - began:.0f} s")
            verdict = json.loads(product.command("shell", "-v0", "-c", _VERDICT).stdout.splitlines()[-1])
            read_alone(product.url)
            log = "\n".join(path.read_text() for path in product.var.rglob("*web*.log")) or product.said()
            times = [int(ms) for ms in re.findall(r"GET /desk/(?:tickets/\d+/)? 200 in (\d+) ms", log)]
            wrong = judge(told, verdict, times[-_READ:], asked.calls)
            print("\n".join(wrong) or "kept")
            return 1 if wrong else 0
        finally:
            if product.process and product.process.poll() is None:
                product.stop()
            forget(product.var)


if __name__ == "__main__":
    sys.exit(main())

"""An upgrade while answers come in: none is lost, and none is refused for longer than a restart takes.

The release before runs with packages of its own; this one's migrations are applied beside it; it goes on with the new
tables for a while; then this release is started in its place.
"""

import http.client
import io
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import urllib.parse
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.product import CHECKOUT, Product, forget, free_port, within

BEFORE = "3dbbff410926293a9abf7c71bb24f0216031d05a"  # of the release before: moved on with each release
KEPT = CHECKOUT / ".cache" / "releases"
CUSTOMERS = 3
SOME = 60  # answers that each stage of the upgrade sees at least
_SUBMISSION = re.compile(r'name="submission" value="([^"]+)"')
STORED = (
    "from surveys.models import Response; [print(text) for text in Response.objects.values_list('comment', flat=True)]"
)
# Of the many answers of one address some wait for a person's decision (provisional): those have none yet.
OWED = (
    "from surveys.models import Response; print(Response.objects.unprocessed().count(), 'undecided, owed', "
    "Response.objects.filter(state='confirmed', score__lte=6, ticket=None, comment__startswith='u').count())"
)
# As DESIGN.md says: companies come from the trait, invitations of before are never mailed, customers know their last.
FILLED = (
    "from surveys.models import Contact, Invitation; "
    "print(f\"left out {Contact.objects.filter(traits__has_key='company', company=None).count()}, \" "
    "f\"mailed {Invitation.objects.exclude(channel='link').count()}, \" "
    'f"answered {Contact.objects.exclude(last_asked_at=None).exclude(last_answered_at=None).exists()}")'
)


def release_before(kept: Path = KEPT) -> Path:
    """A checkout of it with its packages. Raises: AssertionError when git does not have it."""
    place = kept / BEFORE
    if not place.is_dir():
        told = subprocess.run(["git", "archive", BEFORE], cwd=CHECKOUT, capture_output=True, check=False)
        assert told.returncode == 0, (
            f"the release before, commit {BEFORE[:7]}, is not in the git history of this checkout "
            f"({told.stderr.decode().strip()}): clone with its whole history"
        )
        kept.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=kept))
        with tarfile.open(fileobj=io.BytesIO(told.stdout)) as tar:
            tar.extractall(fresh)  # noqa: S202  (git made it a moment ago)
        fresh.chmod(0o755)
        fresh.rename(place)
        for older in kept.iterdir():
            if older != place:
                shutil.rmtree(older, ignore_errors=True)
    subprocess.run([sys.executable, ".ci/setup.py", "runtime"], cwd=place, check=True, capture_output=True)
    return place


@dataclass
class Sent:
    """One answer: when it was first sent, and when it was thanked for (0: never); seconds of the monotonic clock."""

    marker: str
    began: float
    thanked: float = 0


class Customer(threading.Thread):
    """Answers one survey after another until `enough` is set; sends a form again until it is thanked for."""

    def __init__(self, number: int, port: int, enough: threading.Event) -> None:
        super().__init__(name=f"customer {number}", daemon=True)
        self.number, self.port, self.enough = number, port, enough
        self.sent: list[Sent] = []
        self.refused: list[tuple[float, str]] = []

    def run(self) -> None:
        while not self.enough.wait(0.02):
            self._answer()

    def _answer(self) -> None:
        answer = Sent(f"u{self.number}-{len(self.sent)}", time.monotonic())
        self.sent.append(answer)
        submission = ""
        while not submission:
            status, page = self._ask("GET")
            found = _SUBMISSION.search(page)
            submission = found[1] if status == 200 and found else ""
        form = {"score": len(self.sent) % 11, "comment": answer.marker, "submission": submission,
                "contact_email": f"{answer.marker}@example.com"}  # fmt: skip
        while self._ask("POST", urllib.parse.urlencode(form))[0] != 303:
            pass
        answer.thanked = time.monotonic()

    def _ask(self, method: str, body: str | None = None) -> tuple[int, str]:
        """(status, page); what is neither a page nor a thank-you is noted, and a moment waited."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            client.request(method, "/s/hello/", body, {"Content-Type": "application/x-www-form-urlencoded"})
            answer = client.getresponse()
            status, page = answer.status, answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            status, page = 0, type(error).__name__
        finally:
            client.close()
        if status not in (200, 303):
            self.refused.append((time.monotonic(), f"{method}: {status or page}"))
            time.sleep(0.05)
        return status, page


def upgrade() -> tuple[list[str], str]:
    """Returns: what went wrong, and one line that says how it went."""
    with tempfile.TemporaryDirectory(prefix="winback-upgrade-") as name, ExitStack() as stack:
        place = Path(name)
        place.chmod(0o755)
        var, port, unlimited = place / "var", free_port(), "1000000"
        try:
            checkout = release_before()
            python = str(checkout / ".venv" / "bin" / "python")
            old = Product(
                var, port, checkout=checkout, started_by=(python, "manage.py", "run"), ANSWERS_PER_MINUTE=unlimited
            )
            new = Product(var, port, ANSWERS_PER_MINUTE=unlimited)
            stack.callback(forget, var)
            stack.callback(lambda: [one.stop() for one in (old, new) if one.process and one.running.poll() is None])
            old.start()
            return _upgrade(old, new)
        except AssertionError as error:
            return [str(error)], "an upgrade while answers come in"


def _upgrade(old: Product, new: Product) -> tuple[list[str], str]:
    enough = threading.Event()
    customers = [Customer(number, old.port, enough) for number in range(CUSTOMERS)]

    def thanked() -> int:
        return sum(sent.thanked > 0 for customer in customers for sent in list(customer.sent))

    def go_on() -> None:
        until = thanked() + SOME
        assert within(120, lambda: thanked() >= until), f"answers are refused: {customers[0].refused[-3:]}"

    try:
        _do(old, "load_demo")  # a year of sample data, which the migrations fill in
        for customer in customers:
            customer.start()
        go_on()
        began = time.monotonic()
        _do(new, "migrate", "-v0")
        migrated = time.monotonic()
        go_on()  # the release before, beside the new tables
        stopped = time.monotonic()
        old.stop()
        new.start()
        restarted = time.monotonic()
        go_on()
    finally:
        enough.set()
    for customer in customers:
        customer.join(60)
    everything = [sent for customer in customers for sent in customer.sent]
    longest = max(sent.thanked - sent.began for sent in everything)
    wrong = [f"{marker} was never thanked for" for marker in (sent.marker for sent in everything if not sent.thanked)]
    wrong += [f"refused outside of the restart: {words}" for customer in customers for at, words in customer.refused
              if not stopped <= at <= restarted + 1]  # fmt: skip
    if longest > restarted - stopped + 2:
        wrong.append(f"an answer waited {longest:.1f} s, longer than the restart")
    stored = [line for line in _do(new, "shell", "-v0", "--no-imports", "-c", STORED).splitlines() if line[:1] == "u"]
    wrong += [f"{sent.marker} is stored {stored.count(sent.marker)} times" for sent in everything
              if stored.count(sent.marker) != 1]  # fmt: skip

    def owed() -> str:
        return _do(new, "shell", "-v0", "--no-imports", "-c", OWED).strip()

    if not within(60, lambda: owed() == "0 undecided, owed 0"):
        wrong.append(f"tickets of unhappy answers: {owed()}")
    filled = _do(new, "shell", "-v0", "--no-imports", "-c", FILLED).strip()
    if filled != "left out 0, mailed 0, answered True":
        wrong.append(f"the sample year after the upgrade: {filled}")
    for check in ("verify_history", "check_tallies"):
        _do(new, check)
    told = (
        f"an upgrade from {BEFORE[:7]} with {len(everything)} answers: migrations {migrated - began:.1f} s, "
        f"restart {restarted - stopped:.1f} s, longest wait of an answer {longest:.1f} s"
    )
    return wrong, told


def _do(product: Product, *words: str) -> str:
    done = product.command(*words)
    assert done.returncode == 0, f"{words[0]}: {(done.stderr or done.stdout).strip().splitlines()[-1:]}"
    return done.stdout

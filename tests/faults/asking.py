"""A campaign while everything is killed: nobody gets two mails, and everybody one or a stated reason."""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

from tests import preloaded
from tests.product import Product, forget, free_port, within

KILLED = ("worker", "bulk", "beat", "valkey", "postgres")
STEP_S = 140  # past the wait after the first refusal
STUCK_S = 660
STAGE = """
from django.utils import timezone
from nps_project.accounts.keys import create_api_key
from surveys.models import Campaign, Contact
from surveys.campaigns.running import services
from surveys.services.surveys import create_survey
survey = create_survey(slug='storm', name='Storm', brand='Storm', status='live')
Contact.objects.bulk_create(
    [Contact(email=f'c{number}@nordlys.dk', name=f'C {number}') for number in range(%d)], batch_size=5000)
campaign = services.save_campaign(Campaign(), {'name': 'Storm', 'survey': survey})
services.start(campaign_id=campaign.pk, at=timezone.now())
print(campaign.pk, create_api_key(name='storm', scope='admin')[1])
"""


@dataclass
class Report:
    """How it went: recipients by status and reason, mails by how many an address got, and what was broken."""

    seconds: float
    injected: Counter[str]
    statuses: Counter[str]
    mails: Counter[int]
    faults: list[str] = field(default_factory=list)

    def told(self) -> str:
        """Lines for the terminal."""
        lines = [
            f"campaign: {self.statuses.total()} recipients, {self.seconds:.0f} s",
            "  faults:   " + ", ".join(f"{name} {count}" for name, count in sorted(self.injected.items())),
            "  statuses: " + ", ".join(f"{name} {count}" for name, count in sorted(self.statuses.items())),
            "  mails:    " + ", ".join(f"{count} got {mails}" for mails, count in sorted(self.mails.items())),
            f"  nobody is asked twice: {'kept' if not self.faults else f'BROKEN {len(self.faults)} times'}",
        ]
        return "\n".join(lines + [f"    {fault}" for fault in self.faults[:10]])


class AskingStorm:
    """One run; after so many `harms` the campaign is let come to its end.

    Everything that it starts is ended, everything that it makes is removed.
    """

    def __init__(self, seed: int, people: int, harms: int, most_s: float) -> None:
        self.people, self.harms, self.most_s = people, harms, most_s
        self.random = random.Random(seed)
        self.injected = Counter[str]()
        self.place = Path(tempfile.mkdtemp(prefix="winback-asking-"))
        self.var, self.taken = self.place / "var", self.place / "taken"
        self.mail_port = free_port()
        self.product = Product(
            self.var, free_port(), DJANGO_SETTINGS_MODULE="tests.faults.settings", LOG_FORMAT="json",
            EMAIL_URL=f"smtp://127.0.0.1:{self.mail_port}", DEFAULT_FROM_EMAIL="Storm <ask@storm.dk>",
            ADMIN_PASSWORD="only for this storm", is_loaded=True,
        )  # fmt: skip
        self.others: dict[str, subprocess.Popen[bytes]] = {}

    def run(self) -> Report:
        """Raises: AssertionError when the campaign does not come to its end."""
        began = time.monotonic()
        try:
            self._prepare()
            ends = time.monotonic() + self.most_s
            while not self._is_over():
                assert time.monotonic() < ends, f"it is not over: {self._call('GET')} {self.product.said()[-1000:]}"
                self._harm()
            return self._judge(time.monotonic() - began)
        finally:
            self._tidy()

    def _prepare(self) -> None:
        self.place.chmod(0o755)
        self._start_sink()
        self.product.migrate_beforehand()
        self.product.start()
        done = self.product.command("shell", "-v0", "-c", STAGE % self.people)
        assert done.returncode == 0, done.stderr
        campaign, self.key = done.stdout.split()[-2:]
        self.address = f"{self.product.url}/api/v1/campaigns/{campaign}/"
        self._start_worker()

    def _start(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        self.others[name] = preloaded.start(
            [sys.executable, "-m", *words], self.product.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return self.others[name]

    def _start_sink(self) -> None:
        sink = self._start("mail server", "tests.faults.mail_sink", str(self.mail_port), str(self.taken))
        assert sink.stdout is not None
        assert sink.stdout.readline() == b"ready\n"

    def _start_worker(self) -> None:
        self._start("second worker", "tests.faults.asking_worker")

    def _call(self, method: str, what: str = "") -> dict[str, Any]:
        """The answer; nothing while the product cannot."""
        request = urllib.request.Request(  # noqa: S310  (our own address)
            self.address + what, b"{}" if method == "POST" else None, method=method,
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
                found: dict[str, Any] = json.load(answer)
                return found
        except (HTTPError, URLError, OSError, ValueError):
            return {}

    def _is_over(self) -> bool:
        """Whether it is finished; a pause by itself, for a refusal by policy, is ended here as a person would."""
        found = self._call("GET")
        if found.get("status") == "paused":
            self._call("POST", "resume/")
        return found.get("status") == "finished"

    def _harm(self) -> None:
        kinds: dict[str, Callable[[], Any]] = {f"{name} killed": partial(self._kill, name) for name in KILLED}
        kinds |= {
            "mail server killed": lambda: self._kill_other("mail server", self._start_sink),
            "second worker killed": lambda: self._kill_other("second worker", self._start_worker),
            "paused and resumed": self._pause,
        }
        name = self.random.choice(sorted(kinds)) if self.injected.total() < self.harms else "nothing"
        if name != "nothing":
            kinds[name]()
        self.injected[name] += 1
        self._step(STUCK_S if self.injected.total() % 5 == 0 else STEP_S)
        time.sleep(self.random.uniform(0.5, 1.5))

    def _kill(self, name: str) -> None:
        pid = self.product.child(name)
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _kill_other(self, name: str, again: Callable[[], None]) -> None:
        self._end(self.others[name])
        again()

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    def _pause(self) -> None:
        self._call("POST", "pause/")
        time.sleep(self.random.uniform(0, 0.5))
        self._call("POST", "resume/")

    def _step(self, seconds: float) -> None:
        """The clock of the product goes on, so that refused mails are tried again."""
        path = self.var / "clock"
        before = float(path.read_text()) if path.exists() else 0.0
        half = path.with_suffix(".new")
        half.write_text(str(before + seconds))
        half.replace(path)

    def _judge(self, seconds: float) -> Report:
        mails = Counter(self.taken.read_text().split())
        contacts = {f"c{number}@nordlys.dk": 0 for number in range(self.people)} | mails
        report = Report(seconds, self.injected, Counter(), Counter(contacts.values()))
        report.faults += [f"{address} got {count} mails" for address, count in mails.items() if count > 1]
        rows = self._recipients()
        if len(rows) != self.people:
            report.faults.append(f"{len(rows)} of {self.people} recipients are known")
        for address, (status, reason) in rows.items():
            report.statuses[f"{status} {reason}".strip()] += 1
            allowed = {"sent": {1}, "unknown": {0, 1}}.get(status, {0} if reason else set())
            if mails[address] not in allowed:
                report.faults.append(f"{address} is {status} {reason!r}, and got {mails[address]} mails")
        return report

    def _recipients(self) -> dict[str, tuple[str, str]]:
        code = (
            "import json; from surveys.models import Invitation; print(json.dumps({row[0]: row[1:] for row in "
            "Invitation.objects.values_list('contact__email', 'status', 'reason')}))"
        )
        done = self.product.command("shell", "-v0", "-c", code)
        assert done.returncode == 0, done.stderr
        return {address: (status, reason) for address, (status, reason) in json.loads(done.stdout).items()}

    def _tidy(self) -> None:
        for process in self.others.values():
            self._end(process)
        if self.product.process is not None and self.product.running.poll() is None:
            self.product.stop()
        self.product.unload()
        within(10, lambda: not self.product.processes_left())
        forget(self.var)
        subprocess.run(["rm", "-rf", str(self.place)], check=False)

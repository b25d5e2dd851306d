"""The load generator: raw sockets that stay open, one epoll loop, bytes made beforehand; `drive` runs several of it.

One answer is two requests: GET of the page, and POST of the form with the hidden value that the page carried. Plain
Python, since nothing else can be counted on to be installed; wrk, where it is, costs the two cores far less. The same
generator loads each side of a comparison.
"""

import json
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path

COMMENTS = (
    "The parcel came three days late and nobody told me.",
    "Good service, as always.",
    "I called twice about the invoice and was promised an answer that never came.",
    "Friendly people, and the installation took less than an hour.",
    "It works, but the manual is hard to follow and the app signs me out every day.",
)
CONTACT = "&contact_name=Maja+Holm&contact_email=maja.holm%40example.com"
PATIENCE_S = 20.0  # for an answer that is under way
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_COOKIE = re.compile(rb"\r\nset-cookie: *([^;\r]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Job:
    """One process's part: `rate` answers a second, or as many as go through when 0; `hidden` names the hidden field.

    Without scores it only asks for the page, and an answer is a page.
    """

    port: int
    path: str
    hidden: str
    seconds: float
    connections: int
    scores: Sequence[int]
    rate: float = 0.0
    more: str = ""  # other fields of the form, encoded


@dataclass(slots=True)
class Done:
    """How it went; `errors` counts what came instead of an answer."""

    answers: int = 0
    seconds: float = 0.0
    errors: dict[str, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        return self.answers / self.seconds if self.seconds else 0.0

    def failed(self, what: str) -> None:
        self.errors[what] = self.errors.get(what, 0) + 1


class Talk:
    """One connection: asks for the page, then sends the form."""

    def __init__(self, job: Job, hidden: re.Pattern[bytes], bodies: Iterator[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", job.port), PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.hidden, self.bodies = hidden, bodies
        self.received = b""
        self.is_posting = self.is_busy = False
        path, host = job.path.encode(), b"127.0.0.1:%d" % job.port
        self.page = b"GET %s HTTP/1.1\r\nHost: %s\r\nAccept-Language: en\r\n%%s\r\n" % (path, host)
        self.form = (
            b"POST %s HTTP/1.1\r\nHost: %s\r\nAccept-Language: en\r\n%%sContent-Type: application/x-www-form-urlencoded"
            b"\r\nContent-Length: %%d\r\n\r\n%%s" % (path, host)
        )
        self.cookie = b""
        self.field = job.hidden.encode()
        self.is_for_pages = not job.scores

    def begin(self) -> None:
        """Ask for the page."""
        self.is_busy, self.is_posting = True, False
        self.socket.sendall(self.page % self.cookie)

    def hear(self) -> str | None:
        """Take in what arrived. Returns: None while more is to come, "" for a whole answer, else what is wrong."""
        data = self.socket.recv(65536)
        if not data:
            return "connection closed"
        self.received += data
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if not separator:
            return None
        length = _LENGTH.search(head)
        if len(body) < (int(length[1]) if length else 0):
            return None
        self.received = b""
        status = head[9:12]
        if self.is_posting:
            self.is_busy = False
            return "" if status in (b"302", b"303") else f"POST {status.decode()}"
        if status != b"200" or not length:
            return f"GET {status.decode()}"
        if cookie := _COOKIE.search(head):
            self.cookie = b"Cookie: %s\r\n" % cookie[1]
        value = self.hidden.search(body)
        if not value:
            return "page without its hidden field"
        if self.is_for_pages:
            self.is_busy = False
            return ""
        form = b"%s&%s=%s" % (next(self.bodies), self.field, value[1])
        self.is_posting = True
        self.socket.sendall(self.form % (self.cookie, len(form), form))
        return None


def _bodies(job: Job) -> Iterator[bytes]:
    made = [
        f"score={score}&comment={comment.replace(' ', '+').replace(',', '%2C')}{job.more}".encode()
        for comment in COMMENTS
        for score in job.scores
    ]
    while True:
        yield from made


def run(job: Job, talks: list[Talk]) -> Done:
    """Load until the time is over, then wait for what is under way. Stops at the first broken connection's error."""
    done = Done()
    poll = select.epoll()
    by_number = {talk.socket.fileno(): talk for talk in talks}
    for number in by_number:
        poll.register(number, select.EPOLLIN)
    began = time.monotonic()
    end = began + job.seconds
    idle, begun = deque(talks), 0  # in turn, so that the server closes none as forgotten
    while True:
        now = time.monotonic()
        while idle and now < end and (not job.rate or begun < (now - began) * job.rate):
            idle.popleft().begin()
            begun += 1
        if (now >= end and len(idle) == len(talks)) or now > end + PATIENCE_S:
            break
        for number, _event in poll.poll(0.002 if job.rate else 0.1):
            talk = by_number[number]
            outcome = talk.hear()
            if outcome is None:
                continue
            if outcome:
                done.failed(outcome)
                if "closed" in outcome:
                    poll.close()
                    return done
                talk.is_busy = False
            else:
                done.answers += 1
            idle.append(talk)
    done.seconds = time.monotonic() - began
    if under_way := len(talks) - len(idle):
        done.errors["never answered"] = under_way
    poll.close()
    return done


def generator() -> str:
    """What loads as fast as it can: wrk, or the raw sockets of this module."""
    return "wrk" if shutil.which("wrk") else "raw sockets; Debian's package wrk costs less of the processor"


def drive(job: Job) -> Done:
    """The job; a rate is kept by this module's own sockets. Raises: RuntimeError for a generator that broke."""
    return _drive_wrk(job) if not job.rate and shutil.which("wrk") else _drive_own(job)


def _drive_wrk(job: Job) -> Done:
    bodies = [body.decode() for body in islice(_bodies(job), len(COMMENTS) * len(job.scores))]
    many = str(job.connections)
    command = ["wrk", "-t", many, "-c", many, "-d", f"{job.seconds:.0f}s", "--timeout", f"{PATIENCE_S:.0f}s",
               "-s", str(Path(__file__).with_name("answer.lua")), f"http://127.0.0.1:{job.port}{job.path}",
               "--", job.path, job.hidden, *bodies]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    _before, found, result = done.stdout.partition("RESULT ")
    if not found:
        raise RuntimeError(f"wrk: {done.stderr.strip() or done.stdout.strip()}")
    numbers, *wrong = result.splitlines()
    answers, microseconds, broken = map(int, numbers.split())
    errors = Counter(wrong) + Counter({"connection broke": broken})
    return Done(answers, microseconds / 1_000_000, dict(errors))


def _drive_own(job: Job, processes: int = 2) -> Done:
    """The job, shared by several processes that start together. Raises: RuntimeError for a generator that broke."""
    share = asdict(job) | {"connections": job.connections // processes, "rate": job.rate / processes}
    command = [sys.executable, "-m", "tests.bench.load", json.dumps(share)]
    children: list[subprocess.Popen[str]] = []
    try:
        for _number in range(processes):
            children.append(
                subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
                )
            )
        for child in children:
            if child.stdout is None or child.stdout.readline() != "ready\n":
                raise RuntimeError("a load generator did not start")
        for child in children:
            if child.stdin is not None:
                child.stdin.write("go\n")
                child.stdin.flush()
        return _sum([Done(**json.loads(child.communicate()[0])) for child in children])
    finally:
        for child in children:
            if child.poll() is None:
                child.kill()
                child.wait()


def _sum(parts: Sequence[Done]) -> Done:
    total = Done(seconds=max(part.seconds for part in parts))
    for part in parts:
        total.answers += part.answers
        for what, count in part.errors.items():
            total.errors[what] = total.errors.get(what, 0) + count
    return total


def main() -> None:
    """One generator: says that it is ready, waits for the word, works, prints what it did."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    job = Job(**json.loads(sys.argv[1]))
    hidden = re.compile(rb'name="%s" value="([^"]+)"' % job.hidden.encode())
    bodies = _bodies(job)
    talks = [Talk(job, hidden, bodies) for _number in range(job.connections)]
    print("ready", flush=True)
    if sys.stdin.readline():
        print(json.dumps(asdict(run(job, talks))), flush=True)


if __name__ == "__main__":
    main()

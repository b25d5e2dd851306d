"""Take forms that customers send past Django, and all that wait at once together.

While a statement waits for the disk more forms come: they are taken by the next one, with one commit. Two threads in
each process do that: by one alone a form waits for two commits, by three too few go together.
A room says with `take_by` which forms it takes, and how. What it does not take (a fault, a limit, a survey that changed
meanwhile, a database that is away) goes to Django as it came; what the room learnt of it travels along in its
environment. So does whatever comes while a statement takes long: Django has more threads.

An answer has the headers that the whole pipeline gave one of its kind before (`leave` and `keep`, as for pages): the
first of each kind goes through Django. So do all by a host and scheme of which none is kept: Django may refuse these,
and then no limit has counted them.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from queue import Empty, SimpleQueue
from typing import Any

from django.conf import settings
from django.db import close_old_connections

from nps_project.web.kept_pages.memory import OF_ONE_COPY, Environ, Headers, key_of
from nps_project.web.request_ids import HEADER, id_for

logger = logging.getLogger(__name__)

THREADS = 2
MOST = 50  # together
MOST_BYTES = 16_384
SLOW_S = 0.5
_MOST_HOSTS = 1024
_FORM = "application/x-www-form-urlencoded"
_OF_ONE_ANSWER = {*OF_ONE_COPY - {"content-length"}, "location"}

_Kept = tuple[int, Headers]  # status and headers of one kind
_AllKept = dict[Hashable, dict[Hashable, _Kept]]  # by host and scheme, and then by kind
_Taken = tuple[_Kept, str]  # with where the answer leads
_Waiting = tuple["Form", asyncio.AbstractEventLoop, "asyncio.Future[_Taken | None]"]


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it was sent; what is learnt of it goes into its environment. `about`: the id of its request."""

    environ: Environ
    body: bytes
    about: str


@dataclass(frozen=True, slots=True)
class Way:
    """How the forms of some addresses are taken; both are called in a thread.

    read: what a form says, with the kind of answer that it gets when it is stored, as the view says to `leave`; None
        leaves it to Django.
    store: stores what was read of several. Returns: for each where its answer leads; None leaves it to Django, and so
        does an exception all of them.
    """

    read: Callable[[Form], tuple[Hashable, Any] | None]
    store: Callable[[Sequence[Any]], Sequence[str | None]]


def leave(response: Any, kind: Hashable) -> None:
    """Leave on a view's redirect of what kind it is: its headers are those of all of this kind."""
    response.form_left = kind


class Forms:
    """The ways of one process, and the headers that it knows."""

    def __init__(self) -> None:
        self._takers: dict[str, _Taker] = {}
        self._kept: _AllKept = {}

    def take_by(self, prefix: str, way: Way) -> None:
        """Take the forms of addresses that begin with this prefix that way; an app's ready() calls it."""
        self._takers[prefix] = _Taker(way, self._kept)

    def keep(self, environ: Environ, response: Any, headers: Headers) -> None:
        """Keep the headers that the pipeline gave to what a view left."""
        if (kind := getattr(response, "form_left", None)) is None or _is_staffs(environ):
            return
        same = [(name, value) for name, value in headers if name.decode("latin-1").lower() not in _OF_ONE_ANSWER]
        if len(self._kept) >= _MOST_HOSTS:
            self._kept.clear()
        self._kept.setdefault(key_of(environ, None), {})[kind] = response.status_code, same

    async def answer(self, environ: Environ, body: bytes) -> tuple[int, Headers] | None:
        """Status and headers for a form that was taken; None when Django is to answer."""
        if environ["REQUEST_METHOD"] != "POST" or len(body) > MOST_BYTES or _is_staffs(environ):
            return None
        path, kind = environ["PATH_INFO"], environ.get("CONTENT_TYPE", "")
        taker = next((taker for prefix, taker in self._takers.items() if path.startswith(prefix)), None)
        is_form = kind.partition(";")[0].strip().lower() == _FORM
        if taker is None or taker.is_slow or not is_form or key_of(environ, None) not in self._kept:
            return None
        form = Form(environ, body, id_for(environ, is_trusted="winback.trusted" in environ))
        if (taken := await taker.take(form)) is None:
            return None
        (status, headers), location = taken
        return status, [*headers, (b"Location", location.encode()), (HEADER.encode(), form.about.encode())]


def _is_staffs(environ: Environ) -> bool:
    """Whether the browser is a colleague's: HeadersMiddleware says more to it."""
    return settings.SESSION_COOKIE_NAME in environ.get("HTTP_COOKIE", "")


class _Taker:
    """The threads of one way, and what waits for them."""

    def __init__(self, way: Way, kept: _AllKept) -> None:
        self._way, self._kept = way, kept
        self._waiting: SimpleQueue[_Waiting] = SimpleQueue()
        self._began: list[float] = []  # of each thread, when its statement did; inf without one

    @property
    def is_slow(self) -> bool:
        """Whether the statement under way takes so long that Django had better take what comes."""
        return bool(self._began) and time.monotonic() - max(self._began) > SLOW_S

    async def take(self, form: Form) -> _Taken | None:
        """What is kept of its kind, and where its answer leads; None when it is left to Django."""
        if not self._began:
            self._began = [inf] * THREADS
            for number in range(THREADS):
                threading.Thread(target=self._run, args=[number], name=f"forms-{number}", daemon=True).start()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[_Taken | None] = loop.create_future()
        self._waiting.put((form, loop, done))
        return await done

    def _run(self, number: int) -> None:
        while True:
            waiting = [self._waiting.get()]
            with suppress(Empty):
                while len(waiting) < MOST:
                    waiting.append(self._waiting.get_nowait())
            self._began[number] = time.monotonic()
            taken = self._take([form for form, _loop, _done in waiting])
            self._began[number] = inf
            loop = waiting[0][1]  # a process has one
            loop.call_soon_threadsafe(_settle, [done for _form, _loop, done in waiting], taken)

    def _take(self, forms: Sequence[Form]) -> list[_Taken | None]:
        taken: list[_Taken | None] = [None] * len(forms)
        try:
            read = [(place, *found) for place, form in enumerate(forms) if (found := self._read(form)) is not None]
            if read:
                locations = self._way.store([what for _place, _kept, what in read])
                for (place, kept, _what), location in zip(read, locations, strict=True):
                    taken[place] = None if location is None else (kept, location)
        except Exception as error:  # noqa: BLE001  (whatever it is, Django meets it with each form alone)
            logger.warning("%d forms are left to Django: %s", len(forms), type(error).__name__)
        finally:
            close_old_connections()
        return taken

    def _read(self, form: Form) -> tuple[_Kept, Any] | None:
        """What is kept of its kind, and what it says."""
        found = self._way.read(form)
        kept = self._kept.get(key_of(form.environ, None), {}).get(found[0]) if found else None
        if found is None or kept is None:
            return None
        return kept, found[1]


def _settle(waiting: "Sequence[asyncio.Future[_Taken | None]]", taken: Sequence[_Taken | None]) -> None:
    for done, found in zip(waiting, taken, strict=True):
        if not done.cancelled():
            done.set_result(found)


_forms = Forms()
take_by = _forms.take_by
keep = _forms.keep
answer = _forms.answer

"""The entry point of the web server: a request is read whole before it takes a thread, and no answer that waits for
its reader keeps one.

Django runs in threads, as under WSGI: its ORM is synchronous, and a thread keeps its database connection. A client that
sends a byte a second, or reads one, holds a connection (nps_project.web.connections ends it), not a thread.
ASGI: https://asgi.readthedocs.io/en/latest/specs/www.html; the environment: PEP 3333.
"""

import asyncio
import io
import logging
import os
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from queue import SimpleQueue
from typing import IO, Any
from urllib.parse import unquote_to_bytes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")

from django.conf import settings  # noqa: E402  (its name comes first)
from django.utils.module_loading import import_string  # noqa: E402

from nps_project.web import uploads  # noqa: E402
from nps_project.web.kept_pages import forms  # noqa: E402
from nps_project.web.kept_pages import memory as kept_pages  # noqa: E402
from nps_project.web.proxies import read_forwarded  # noqa: E402

logger = logging.getLogger(__name__)
THREADS = 4
BODY_WITHIN_S = 30
PART_BYTES = 65_536  # of a stream, made at a time

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_EACH_REQUEST = {
    "SCRIPT_NAME": "",
    "wsgi.errors": sys.stderr,
    "wsgi.multiprocess": True,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
    "wsgi.version": (1, 0),
}


class ClientLeft(Exception):
    """The connection was lost before the end of the body."""


class Threads:
    """Those that answer. A queue of their own: the standard library's executor costs three times as much a request."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[Callable[[], None]] = SimpleQueue()
        for number in range(THREADS):
            # A request that hangs does not keep the process.
            threading.Thread(target=self._work, name=f"request-{number}", daemon=True).start()

    async def run(self, work: Callable[[], Any]) -> Any:
        """What it returns, or raises, in one of the threads."""
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        self._waiting.put(partial(self._do, work, loop, done))
        return await done

    def _work(self) -> None:
        while True:
            self._waiting.get()()

    @staticmethod
    def _do(work: Callable[[], Any], loop: asyncio.AbstractEventLoop, done: "asyncio.Future[Any]") -> None:
        try:
            result = work()
        except Exception as error:  # noqa: BLE001  (whoever waits for it gets it)
            loop.call_soon_threadsafe(_settle, done, error, None)
        else:
            loop.call_soon_threadsafe(_settle, done, None, result)


def _settle(done: "asyncio.Future[Any]", error: Exception | None, result: Any) -> None:
    if done.cancelled():
        return
    if error is None:
        done.set_result(result)
    else:
        done.set_exception(error)


class Application:
    """What the server calls, one in each process. `name` leads to a WSGI application."""

    def __init__(self, name: str = "nps_project.wsgi.application") -> None:
        self._wsgi: Callable[..., Any] = import_string(name)
        self._threads = Threads()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Raises what a stream raises: the server then cuts the connection, so that a download fails visibly."""
        environ = environment(scope)
        read_forwarded(environ)  # before all: Django may get a copy, and what it answered is kept by the scheme
        if (kept := kept_pages.answer(environ)) is not None:
            headers, page = kept
            return await _send(send, 200, headers, page)
        upload = await self._upload(environ)
        within_s = upload.within_s if upload else BODY_WITHIN_S
        body: IO[bytes] = uploads.temporary_file() if upload else io.BytesIO()
        try:
            async with asyncio.timeout(within_s):
                await _body(environ, receive, body, upload.most_bytes if upload else _most())
        except TimeoutError:
            body.close()
            return await _refuse(send, 408, f"The body did not come within {within_s:.0f} seconds.")
        except ClientLeft:
            return body.close()
        if isinstance(body, io.BytesIO) and (taken := await forms.answer(environ, body.getvalue())) is not None:
            status, headers = taken
            return await _send(send, status, headers, b"")
        environ["wsgi.input"] = body
        try:
            await self._respond(environ, receive, send)
        finally:
            body.close()

    async def _upload(self, environ: dict[str, Any]) -> uploads.Upload | None:
        """What this request may send, when that is more than a form may. A body of others is refused unread."""
        length = environ.get("CONTENT_LENGTH")
        upload = uploads.upload_at(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "POST" else None
        if upload is None or (length is not None and int(length) <= _most()):
            return None
        if not await self._threads.run(partial(upload.may_send, environ)):
            return None
        environ[uploads.IS_LARGE] = True
        return upload

    async def _respond(self, environ: dict[str, Any], receive: Receive, send: Send) -> None:
        answer, status, headers, whole = await self._threads.run(partial(self._answer, environ))
        if answer is None:
            return await _send(send, status, headers, whole)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        left = asyncio.ensure_future(receive())  # ends when the client leaves
        try:
            parts = iter(answer)
            while (part := await self._threads.run(partial(_next_part, parts))) and not left.done():
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            left.cancel()
            await self._threads.run(answer.close)

    def _answer(self, environ: dict[str, Any]) -> tuple[Any, int, Headers, bytes]:
        """In a thread: (the answer when it is a stream, status, headers, else the whole body)."""
        status, headers = 500, Headers()

        def start_response(line: str, given: list[tuple[str, str]], _exception: Any = None) -> Any:
            nonlocal status, headers
            status = int(line[:3])
            headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in given]

        answer = self._wsgi(environ, start_response)
        if getattr(answer, "streaming", False) and environ["REQUEST_METHOD"] != "HEAD":
            return answer, status, headers, b""
        kept_pages.keep(environ, answer, headers)
        forms.keep(environ, answer, headers)
        try:
            return None, status, headers, b"".join(answer)
        finally:
            answer.close()


def _next_part(parts: Iterator[bytes]) -> bytes:
    """In a thread: some tens of kilobytes, so that a file does not come in blocks of four; empty at the end."""
    part = b""
    while len(part) < PART_BYTES and (more := next(parts, None)) is not None:
        part += more
    return part


def environment(scope: dict[str, Any]) -> dict[str, Any]:
    """The WSGI environment of a request, without its body.

    A name with an underscore is left out: it could pass for another header. One that is repeated is joined.
    """
    name, port = scope["server"]
    environ: dict[str, Any] = _EACH_REQUEST | {
        "REQUEST_METHOD": scope["method"],
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": name,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": scope["client"][0] if scope["client"] else "",
        "wsgi.url_scheme": scope["scheme"],
    }
    for header, value in scope["headers"]:
        if b"_" in header:
            continue
        key = "HTTP_" + header.decode("latin-1").upper().replace("-", "_")
        joint = "; " if header == b"cookie" else ","
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]}{joint}{text}" if key in environ else text
    for key in ("CONTENT_LENGTH", "CONTENT_TYPE"):
        if f"HTTP_{key}" in environ:
            environ[key] = environ.pop(f"HTTP_{key}")
    return environ


def _most() -> int:
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


async def _body(environ: dict[str, Any], receive: Receive, body: IO[bytes], most: int) -> None:
    """Write what came to `body`; the environment names its length then. Nothing of one that is larger than `most`.

    Django refuses that one unread. Raises: ClientLeft.
    """
    if int(environ.get("CONTENT_LENGTH") or 0) > most:
        environ.pop(uploads.IS_LARGE, None)
        return
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeft
        size += body.write(message.get("body", b""))
        more = message.get("more_body", False)
        if size > most:
            environ["CONTENT_LENGTH"] = str(size)
            environ.pop(uploads.IS_LARGE, None)
            body.seek(0)
            body.truncate()
            return
    if size:
        environ["CONTENT_LENGTH"] = str(size)
    body.seek(0)


async def _send(send: Send, status: int, headers: Headers, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _refuse(send: Send, status: int, words: str) -> None:
    body = f"{words}\n".encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(body)), (b"connection", b"close")]
    await _send(send, status, headers, body)

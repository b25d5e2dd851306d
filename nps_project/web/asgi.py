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
from typing import Any
from urllib.parse import unquote_to_bytes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")

from django.conf import settings  # noqa: E402  (its name comes first)
from django.utils.module_loading import import_string  # noqa: E402

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
        try:
            async with asyncio.timeout(BODY_WITHIN_S):
                body = await _body(environ, receive)
        except TimeoutError:
            return await _refuse(send, 408, f"The body did not come within {BODY_WITHIN_S} seconds.")
        except ClientLeft:
            return None
        environ["wsgi.input"] = io.BytesIO(body)
        answer, status, headers, whole = await self._threads.run(partial(self._answer, environ))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if answer is None:
            return await send({"type": "http.response.body", "body": whole})
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


async def _body(environ: dict[str, Any], receive: Receive) -> bytes:
    """What came, whose length the environment names then; nothing of one that is larger than any form may be.

    Django refuses that one unread. Raises: ClientLeft.
    """
    most = int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    if int(environ.get("CONTENT_LENGTH") or 0) > most:
        return b""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeft
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > most:
            environ["CONTENT_LENGTH"] = str(len(body))
            return b""
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
    return body


async def _refuse(send: Send, status: int, words: str) -> None:
    body = f"{words}\n".encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(body)), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

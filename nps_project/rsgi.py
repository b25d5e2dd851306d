"""The entry point of the web server: a request is read whole before it takes a thread.

A client that sends a byte a second would hold one of the few threads that answer; here it holds a file descriptor.
Django runs in threads, as under WSGI: its ORM is synchronous, and a thread keeps its database connection.
RSGI: https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md; the environment: PEP 3333.
"""

import asyncio
import io
import logging
import sys
import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import Any

from django.conf import settings
from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]  # exported under another name than its own

from nps_project.wsgi import application as django_application

logger = logging.getLogger(__name__)
THREADS = 4
BODY_WITHIN_S = 30
_PART_WITHIN_S = 60
_EACH_REQUEST = {
    "SCRIPT_NAME": "",
    "wsgi.errors": sys.stderr,
    "wsgi.multiprocess": True,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
    "wsgi.version": (1, 0),
}


class Application:
    """What granian calls, one in each worker process.

    A queue and threads of its own: the executor of the standard library costs three times as much for each request.
    """

    def __init__(self) -> None:
        self._waiting: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []

    def __rsgi_init__(self, _loop: asyncio.AbstractEventLoop) -> None:
        self._threads = [threading.Thread(target=self._work, name=f"request-{number}") for number in range(THREADS)]
        for thread in self._threads:
            thread.daemon = True  # a request that hangs does not keep the process
            thread.start()

    def __rsgi_del__(self, _loop: asyncio.AbstractEventLoop) -> None:
        for _thread in self._threads:
            self._waiting.put(None)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        environ = environment(scope)
        if "HTTP_TRANSFER_ENCODING" in environ:  # granian does not tell its end from the loss of the connection
            return _refuse(protocol, 411, "Name the length of the body: Content-Length.")
        try:
            environ["wsgi.input"] = io.BytesIO(await _body(environ, protocol))
        except TimeoutError:
            return _refuse(protocol, 408, f"The body did not come within {BODY_WITHIN_S} seconds.")
        except ProtocolClosed:  # the client left before its end
            return None
        loop = asyncio.get_running_loop()
        answered = loop.create_future()
        self._waiting.put(partial(_answer, environ, protocol, loop, answered))
        await answered

    def _work(self) -> None:
        while work := self._waiting.get():
            work()


def environment(scope: Any) -> dict[str, Any]:
    """The WSGI environment of a request, without its body.

    A name with an underscore is left out: it could pass for another header. One that is repeated is joined.
    """
    name, _colon, port = scope.server.rpartition(":")
    environ: dict[str, Any] = _EACH_REQUEST | {
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": _as_wsgi(scope.path),
        "QUERY_STRING": _as_wsgi(scope.query_string),
        "SERVER_NAME": name,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.url_scheme": scope.scheme,
    }
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    for header, value in scope.headers.items():
        if "_" not in header and header != "host":
            key = f"HTTP_{header.upper().replace('-', '_')}"
            joint = "; " if header == "cookie" else ","
            environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    environ.setdefault("HTTP_HOST", scope.headers.get("host", ""))
    for key in ("CONTENT_LENGTH", "CONTENT_TYPE"):
        if f"HTTP_{key}" in environ:
            environ[key] = environ.pop(f"HTTP_{key}")
    return environ


def _as_wsgi(text: str) -> str:
    """Bytes in the shape that PEP 3333 wants."""
    return text if text.isascii() else text.encode().decode("latin-1")


async def _body(environ: dict[str, Any], protocol: Any) -> bytes:
    """What was announced; nothing when that is more than any form may bring: Django refuses it unread.

    Raises: TimeoutError, and ProtocolClosed when the client leaves before its end.
    """
    announced = environ.get("CONTENT_LENGTH", "")
    if not announced.isdecimal() or not 0 < int(announced) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return b""
    async with asyncio.timeout(BODY_WITHIN_S):
        return bytes(await protocol())


def _refuse(protocol: Any, status: int, words: str) -> None:
    protocol.response_str(status, [("content-type", "text/plain"), ("connection", "close")], f"{words}\n")


def _answer(
    environ: dict[str, Any], protocol: Any, loop: asyncio.AbstractEventLoop, answered: "asyncio.Future[None]"
) -> None:
    """In a thread: Django's answer, sent. Of an error before it is sent, granian makes a 500."""
    try:
        _send(environ, protocol, loop)
    except ProtocolClosed:
        pass  # the client left
    except Exception:
        logger.exception("No answer was sent.")
    finally:
        loop.call_soon_threadsafe(answered.set_result, None)


def _send(environ: dict[str, Any], protocol: Any, loop: asyncio.AbstractEventLoop) -> None:
    """An answer of unknown length goes out as it is made."""
    status, headers = 500, [("content-type", "text/plain")]

    def start_response(line: str, given: list[tuple[str, str]], _exception: Any = None) -> Any:
        nonlocal status, headers
        status, headers = int(line[:3]), given

    answer: Any = django_application(environ, start_response)
    try:
        if getattr(answer, "streaming", False) and not any(name.lower() == "content-length" for name, _ in headers):
            transport = protocol.response_stream(status, headers)
            for part in answer:
                asyncio.run_coroutine_threadsafe(_send_part(transport, part), loop).result(_PART_WITHIN_S)
        else:
            protocol.response_bytes(status, headers, b"".join(answer))
    finally:
        answer.close()


async def _send_part(transport: Any, part: bytes) -> None:
    await transport.send_bytes(part)  # granian gives something to await that is no coroutine


application = Application()

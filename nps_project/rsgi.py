"""The entry point of the web server: a request is read whole before it takes a thread.

A client that sends a byte a second would hold one of the few threads that answer; here it holds a file descriptor.
Django runs in threads, as under WSGI: its ORM is synchronous, and a thread keeps its database connection.
RSGI: https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md; the environment: PEP 3333.
"""

import asyncio
import contextlib
import io
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]  # exported under another name than its own

from nps_project.wsgi import application as django_application

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
    """What granian calls, one in each worker process."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="request")

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        with contextlib.suppress(ProtocolClosed):  # the client left
            await self._serve(environment(scope), protocol)

    async def _serve(self, environ: dict[str, Any], protocol: Any) -> None:
        if "HTTP_TRANSFER_ENCODING" in environ:  # granian does not tell its end from the loss of the connection
            return _refuse(protocol, 411, "Name the length of the body: Content-Length.")
        try:
            environ["wsgi.input"] = io.BytesIO(await _body(environ, protocol))
        except TimeoutError:
            return _refuse(protocol, 408, f"The body did not come within {BODY_WITHIN_S} seconds.")
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._threads, _answer, environ, protocol, loop)

    def __rsgi_del__(self, _loop: asyncio.AbstractEventLoop) -> None:
        self._threads.shutdown()


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


def _answer(environ: dict[str, Any], protocol: Any, loop: asyncio.AbstractEventLoop) -> None:
    """In a thread: Django's answer. One of unknown length goes out as it is made."""
    status, headers = 500, [("content-type", "text/plain")]

    def start_response(line: str, given: list[tuple[str, str]], _exception: Any = None) -> Any:
        nonlocal status, headers
        status, headers = int(line[:3]), given

    answer: Iterable[bytes] = django_application(environ, start_response)
    try:
        if getattr(answer, "streaming", False) and not any(name.lower() == "content-length" for name, _ in headers):
            transport = protocol.response_stream(status, headers)
            for part in answer:
                asyncio.run_coroutine_threadsafe(transport.send_bytes(part), loop).result(_PART_WITHIN_S)
        else:
            protocol.response_bytes(status, headers, b"".join(answer))
    finally:
        answer.close()  # type: ignore[attr-defined]  # Django's have it: signals, connections


application = Application()

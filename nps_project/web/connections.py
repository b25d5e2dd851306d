"""Each connection of the web server has a time limit in every state, and each address a share of the connections.

States: nothing sent yet, half a head, half a body, being answered, an answer half read, kept open for the next request.
HTTP/1.1 alone: uvicorn with llhttp, whose protocol class this extends.
"""

import asyncio
import time
from math import inf
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from nps_project.web import uploads
from nps_project.web.asgi import BODY_WITHIN_S
from nps_project.web.proxies import is_trusted, whose

LOOK_S = 1.0
HEAD_WITHIN_S = 15  # and the first byte of it
KEPT_FOR_S = 15
KEPT_FOR_PROXY_S = 150  # longer than a proxy keeps its own end (Caddy 120, nginx 60): it is the one that closes
REST_WITHIN_S = 10  # of a body that was refused unread: a browser reads no answer before it has sent all
READ_WITHIN_S = 30.0  # the next READ_BYTES of an answer
READ_BYTES = 32_768
HEAD_BYTES = 65_536
SHARE = 8  # one address has at most an eighth


class Connections:
    """All of one process. Full, it gives up the one that has kept it waiting longest."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.all: dict[Connection, None] = {}
        self.of: dict[str, dict[Connection, None]] = {}
        self.is_looking = False

    def take(self, made: "Connection") -> None:
        """Count a connection; when there are too many, of its address or in all, the longest waiting is closed."""
        if not self.is_looking:
            self.is_looking = True
            made.loop.call_later(LOOK_S, self._look, made.loop)
        mine = self.of.setdefault(made.address, {}) if made.address else {}
        if len(mine) >= max(1, self.most // SHARE):
            _end_longest_waiting(mine, made)
        elif len(self.all) >= self.most:
            _end_longest_waiting(self.all, made)
        if not made.transport.is_closing():
            mine[made] = None
            self.all[made] = None

    def give_back(self, lost: "Connection") -> None:
        """Stop counting the connection."""
        self.all.pop(lost, None)
        if mine := self.of.get(lost.address):
            mine.pop(lost, None)
            if not mine:
                del self.of[lost.address]

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = time.monotonic()
        for connection in list(self.all):
            connection.look(now)
        loop.call_later(LOOK_S, self._look, loop)


def _end_longest_waiting(held: "dict[Connection, None]", newcomer: "Connection") -> None:
    """The newcomer itself when all others are being answered."""
    waiting = [
        connection for connection in held if connection.expires_at < inf and not connection.transport.is_closing()
    ]
    (min(waiting, key=lambda connection: connection.since) if waiting else newcomer).end()


class Connection(HttpToolsProtocol):
    """One connection, and when it ends. While it is answered it has all the time that takes."""

    def __init__(self, *args: Any, connections: Connections, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = connections
        self.address = ""  # whose share it counts in; a trusted proxy's has none
        self.is_proxys = False
        self.since, self.expires_at = 0.0, inf
        self._in_head, self._in_body, self._head_bytes = True, False, 0
        self._unread, self._unread_since = 0, 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        peer = self.client[0] if self.client else ""
        self.is_proxys = is_trusted(peer)
        self.address = "" if self.is_proxys else whose(peer)
        self._expect(HEAD_WITHIN_S)
        self.held.take(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.held.give_back(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self._in_head and not self.transport.is_closing():
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES:
                self.send_400_response("The head of the request is too large.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        self._expect(HEAD_WITHIN_S)

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._in_head, self._in_body, self._head_bytes = False, True, 0
        upload = uploads.upload_at(self.scope["path"])
        self._expect(2 * (upload.within_s if upload else BODY_WITHIN_S))  # the application says so first, with a word

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_body = False
        if not self.cycle.response_complete:
            self.expires_at = inf

    def on_response_complete(self) -> None:
        if not self.pipeline:  # else the next request is here, or on its way
            kept_for = KEPT_FOR_PROXY_S if self.is_proxys else KEPT_FOR_S
            self._expect(REST_WITHIN_S if self._in_body else kept_for)
        super().on_response_complete()
        self._unset_keepalive_if_required()

    def _expect(self, within_s: float) -> None:
        self.since = time.monotonic()
        self.expires_at = self.since + within_s

    def look(self, now: float) -> None:
        """Close the connection when its time is over, or when nobody reads its answer."""
        unread = self.transport.get_write_buffer_size()
        if unread:
            if not self._unread or unread <= self._unread - READ_BYTES or unread > self._unread:
                self._unread, self._unread_since = unread, now
            elif now - self._unread_since > READ_WITHIN_S:
                self.end()
            return
        self._unread = 0
        if now > self.expires_at:
            self.end()

    def end(self) -> None:
        """Close the connection at once."""
        self.transport.abort()

"""Talk to the mail server for a customer's mail, so that it is known whether the server took it.

Up to the end of the message nothing is taken, and another try is safe. A server that falls silent after that may have
taken it or not: `OutcomeUnknown`.
"""

import re
import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.core.mail import get_connection

_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
_CLOSING = 421


class Refused(Exception):
    """The server refused this mail; `of_sender`: because of the sender's address."""

    def __init__(self, code: int, text: str, *, of_sender: bool = False) -> None:
        super().__init__(f"{code} {text}")
        self.code, self.text, self.of_sender = code, text, of_sender


class OutcomeUnknown(Exception):
    """The whole message was sent, and no answer came."""


class _Gone(Exception):
    """The kept connection is not there any more, and the server has seen nothing of this mail."""


class _Kept(threading.local):
    """This thread's connection; `is_to_reset`: a mail was refused on it, and its talk is not over for the server."""

    is_keeping = False
    is_to_reset = False
    backend: Any = None


_kept = _Kept()


@contextmanager
def kept_connection() -> Iterator[None]:
    """Inside, this thread's mails go through one connection, opened with the first of them."""
    if _kept.is_keeping:
        yield
        return
    _kept.is_keeping = True
    try:
        yield
    finally:
        _kept.is_keeping = False
        _drop()


def send(message: bytes, *, sender: str, to: str) -> None:
    """Hand a message over. Raises: Refused, OutcomeUnknown, OSError (an SMTPException is one) for what can be tried
    again."""
    try:
        try:
            server, is_used = _connection()
            _talk(server, message, sender, to, is_used=is_used)
        except _Gone:
            _drop()
            _talk(_connection()[0], message, sender, to, is_used=False)
    except Refused as refused:
        _kept.is_to_reset = True
        if refused.code == _CLOSING or not _kept.is_keeping:
            _drop()
        raise
    except BaseException:
        _drop()
        raise
    if not _kept.is_keeping:
        _drop()


def _connection() -> tuple[smtplib.SMTP, bool]:
    """The kept connection and true, else a new one and false. Whether a kept one is still good its next mail tells."""
    if _kept.backend is not None:
        with suppress(OSError):
            server: smtplib.SMTP = _kept.backend.connection
            if not _kept.is_to_reset or server.rset()[0] == 250:
                _kept.is_to_reset = False
                return server, True
        _drop()
    _kept.backend = get_connection(_BACKEND)
    _kept.backend.open()
    opened: smtplib.SMTP = _kept.backend.connection
    if isinstance(opened.sock, socket.socket):  # the message and its end go out at once, not after 40 ms each
        opened.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened, False


def _drop() -> None:
    backend, _kept.backend, _kept.is_to_reset = _kept.backend, None, False
    if backend is not None:
        with suppress(OSError):
            backend.close()


def _talk(server: smtplib.SMTP, message: bytes, sender: str, to: str, *, is_used: bool) -> None:
    """Raises: _Gone when a connection that was used before has ended; a server says so with 421, or just hangs up."""
    server.ehlo_or_helo_if_needed()
    try:
        code, text = server.mail(sender, ["BODY=8BITMIME"] if server.has_extn("8bitmime") else [])
    except OSError as error:
        if is_used:
            raise _Gone from error
        raise
    if code == _CLOSING and is_used:
        raise _Gone
    _expect((code, text), of_sender=True)
    _expect(server.rcpt(to))
    code, text = server.docmd("DATA")
    if code != 354:
        raise _refused(code, text)
    lines = re.sub(rb"(?m)^\.", b"..", message)
    server.send(lines if lines.endswith(b"\r\n") else lines + b"\r\n")  # without its end it is not taken
    try:
        server.send(b".\r\n")
        code, text = server.getreply()
    except OSError as error:
        raise OutcomeUnknown(type(error).__name__) from error
    if code == _CLOSING:
        raise OutcomeUnknown(f"{code} {text.decode(errors='replace')}")
    _expect((code, text))


def _expect(answer: tuple[int, bytes], *, of_sender: bool = False) -> None:
    code, text = answer
    if code not in (250, 251):
        raise _refused(code, text, of_sender=of_sender)


def _refused(code: int, text: bytes, *, of_sender: bool = False) -> Refused:
    return Refused(code, text.decode(errors="replace"), of_sender=of_sender)

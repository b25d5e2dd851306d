"""A mail server on loopback that keeps what it took and answers as it is told."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.product import free_port

DROP, SILENT = "drop", "silent"  # cut the connection; take the message and answer nothing for long
Answer = Callable[[str], str]


def takes_all(_address: str) -> str:
    return "250 OK"


class MailServer:
    """`on_rcpt`, `on_data`: a recipient's address to the answer, a line of SMTP, DROP or SILENT.

    `answers` go to the next recipients, before `on_rcpt` is asked. `after_one`: what becomes of a connection once it
    took a mail: DROP cuts it, a line of SMTP answers its next mail, empty lets it go on.
    """

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.senders: list[str] = []
        self.sessions: dict[int, Session] = {}  # the objects, so that no other one gets their ids
        self.answers: list[str] = []
        self.on_rcpt: Answer = takes_all
        self.on_data: Answer = takes_all
        self.silence_s = 3.0
        self.after_one = ""

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.after_one and id(session) in self.sessions:
            return self.after_one
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.sessions[id(session)] = session
        answer = self.answers.pop(0) if self.answers else self.on_rcpt(address)
        if answer == DROP:
            _cut(server)
        elif answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.on_data(envelope.rcpt_tos[0])
        if answer.startswith("250") or answer in (DROP, SILENT):
            content = envelope.original_content or b""
            self.taken.append(BytesParser(EmailMessage, policy=default).parsebytes(content))
            self.senders.append(envelope.mail_from or "")
        if answer == DROP:
            _cut(server)
        elif self.after_one == DROP:
            asyncio.get_running_loop().call_later(0.05, _cut, server)
        if answer == SILENT:
            await asyncio.sleep(self.silence_s)
            return "250 OK, at last"
        return answer


def _cut(server: SMTP) -> None:
    server.transport.abort()  # type: ignore[union-attr]


@contextmanager
def running(settings: Any) -> Iterator[MailServer]:
    """Starts one, and sets the product to send by it."""
    made = MailServer()
    controller = Controller(made, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.MAIL_IS_STORED_ONLY = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", controller.port, 2
    settings.DEFAULT_FROM_EMAIL = "Nordlys <ask@nordlys.dk>"
    try:
        yield made
    finally:
        controller.stop()

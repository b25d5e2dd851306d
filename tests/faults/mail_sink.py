"""`python -m tests.faults.mail_sink <port> <file>`: a mail server that misbehaves, and that is killed.

Each message that came whole is a line of the file, the recipient's address, before anything is answered.
"""

import asyncio
import os
import random
import sys
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

LATE_S = 6.0  # longer than the product waits in a storm
NOBODY, POLICY, LATE = 41, 97, 89  # of so many addresses one is refused for good, or by policy, or answered late


def number_of(address: str) -> int:
    """c12@... is 12."""
    return int(address[1:].partition("@")[0])


class Sink:
    """Delays, refuses for now, and breaks off by chance; refuses for good by the address."""

    def __init__(self, path: Path) -> None:
        self.file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.chance = random.Random()
        self.policy_refused: set[str] = set()

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        number, fate = number_of(address), self.chance.random()
        if number % NOBODY == 7:
            return "550 5.1.1 Nobody of this name"
        if number % POLICY == 11 and address not in self.policy_refused:
            self.policy_refused.add(address)
            return "550 5.7.1 Refused by policy"
        if fate < 0.04:
            return "451 4.3.0 Not now"
        if fate < 0.06:
            server.transport.abort()  # type: ignore[union-attr]
        if fate > 0.97:
            await asyncio.sleep(self.chance.uniform(0.05, 0.4))
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        address, fate = envelope.rcpt_tos[0], self.chance.random()
        if fate < 0.03:
            return "452 4.2.1 Try again later"
        os.write(self.file, f"{address}\n".encode())
        if number_of(address) % LATE == 13:
            await asyncio.sleep(LATE_S)
        if fate > 0.99:
            server.transport.abort()  # type: ignore[union-attr]
        return "250 OK"


def main() -> None:
    controller = Controller(Sink(Path(sys.argv[2])), hostname="127.0.0.1", port=int(sys.argv[1]))
    controller.start()
    print("ready", flush=True)
    sys.stdin.read()  # until whoever started it is gone


if __name__ == "__main__":
    main()

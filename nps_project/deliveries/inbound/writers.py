"""Mails that somebody wrote, or a program of theirs: an app takes them, in the transaction that keeps the mail."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nps_project.deliveries.inbound.reading.classes import Reading


class Taken(StrEnum):
    """What an app did with a mail. `understood`: in the mailbox it may be put away; `listed`: a person decides about it
    in the product, and in the mailbox it stays."""

    UNDERSTOOD = "understood"
    LISTED = "listed"


@dataclass(frozen=True, slots=True)
class WrittenMail:
    """A mail of a person, or an automatic one. `raw`: all of it, unless `is_cut`: then its first bytes."""

    raw: bytes
    is_cut: bool
    reading: Reading
    received_at: datetime


Taker = Callable[[WrittenMail], Taken | None]
_TAKERS: list[Taker] = []


def add(taker: Taker) -> None:
    """Let `taker` have such mails, None for one that it does not want; an app's ready() calls it.

    It works inside the transaction that keeps the mail. When it raises, the mail is left to a person. The same mail may
    come by another mailbox or service: the taker knows it again.
    """
    _TAKERS.append(taker)


def take(mail: WrittenMail) -> Taken | None:
    """Hand a mail to the apps; None when nobody wants it."""
    return next((taken for taker in _TAKERS if (taken := taker(mail)) is not None), None)

"""Composers: an app registers one for a template, and its mails are made from the rows at the moment of sending.

So nothing of them is kept, what changed since they were queued is seen, and a mail that nobody wants any more is not
sent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from nps_project.deliveries.models import Delivery


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to send now. `envelope_sender`: where bounces go; empty, to the sender of the From header."""

    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    envelope_sender: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """Not now; look again at `at`."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Never:
    """Not to be sent any more, and why, in a word that the registering app knows."""

    reason: str


Composed = Mail | Later | Never
Composer = Callable[[Sequence[Delivery], datetime], Mapping[int, Composed]]
Told = Callable[[Sequence[Delivery]], None]
_COMPOSERS: dict[str, tuple[Composer, Told | None]] = {}


def add(template: str, composer: Composer, *, told: Told | None = None) -> None:
    """Make the mails of a template by `composer`; an app's ready() calls it.

    It gets some rows of this template and the time, and gives what is to be done with each, by their ids. It is called
    outside any transaction, and changes nothing. `told` hears of mails that left, many at once, in place of the
    receivers of delivery_sent and by the same rules.
    """
    _COMPOSERS[template] = (composer, told)


def composer_of(template: str) -> Composer | None:
    """The composer of a template; None when its mails are rendered where they are queued."""
    return _COMPOSERS[template][0] if template in _COMPOSERS else None


def told_of(template: str) -> Told | None:
    """Who hears of a template's mails that left; None: the receivers of delivery_sent."""
    return _COMPOSERS[template][1] if template in _COMPOSERS else None


def templates() -> list[str]:
    """The templates that have composers."""
    return list(_COMPOSERS)

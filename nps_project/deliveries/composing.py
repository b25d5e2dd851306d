"""Composers: an app registers one for a template, and its mails are made from the rows at the moment of sending.

So nothing of them is kept, what changed since they were queued is seen, and a mail that nobody wants any more is not
sent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from nps_project.deliveries.models import Delivery


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes along with a mail. `content_type` is told by its content.

    `content_id`: of a picture that the HTML shows, as "cid:" and this.
    """

    name: str
    content_type: str
    content: bytes
    content_id: str = ""


def _no_files() -> Sequence[File]:
    return ()


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to send now. `envelope_sender`: where bounces go; empty, to the sender of the From header.

    `by_person`: a person wrote it, so nothing says that it is automatic. `files` reads what goes along when the mail is
    handed over, so that of many mails the files of one are in memory; `has_files` says whether to ask.
    """

    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    envelope_sender: str = ""
    by_person: bool = False
    has_files: bool = False
    files: Callable[[], Sequence[File]] = _no_files


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


@dataclass(frozen=True, slots=True)
class _Way:
    composer: Composer
    told: Told | None
    is_kept: bool


_WAYS: dict[str, _Way] = {}


def add(template: str, composer: Composer, *, told: Told | None = None, is_kept: bool = False) -> None:
    """Make the mails of a template by `composer`; an app's ready() calls it.

    It gets some rows of this template and the time, and gives what is to be done with each, by their ids. It is called
    outside any transaction, and changes nothing. `told` hears of mails that left, many at once, in place of the
    receivers of delivery_sent and by the same rules. `is_kept`: where no mail server is set, such a mail is stored for
    the outbox; others wait for a server.
    """
    _WAYS[template] = _Way(composer, told, is_kept)


def composer_of(template: str) -> Composer | None:
    """The composer of a template; None when its mails are rendered where they are queued."""
    return _WAYS[template].composer if template in _WAYS else None


def told_of(template: str) -> Told | None:
    """Who hears of a template's mails that left; None: the receivers of delivery_sent."""
    return _WAYS[template].told if template in _WAYS else None


def is_kept(template: str) -> bool:
    """Whether a template's mails are stored for the outbox where no mail server is set."""
    return template in _WAYS and _WAYS[template].is_kept


def templates() -> list[str]:
    """The templates that have composers."""
    return list(_WAYS)

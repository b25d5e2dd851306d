"""Read a mailbox by IMAP, one worker at a time.

Mails are read by their numbers, so that one which a person has opened is read all the same. What is understood is moved
to a folder of its own, or marked as read where the server cannot move; everything else is left as it was. Nothing is
ever deleted. After a restore that folder is read again: what was put away since the backup is known to nobody.
"""

import imaplib
import logging
import re
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from nps_project.deliveries.inbound import taking
from nps_project.deliveries.inbound.forgetting import EVENTS_FOR
from nps_project.deliveries.inbound.mailbox_urls import MailboxUrl
from nps_project.deliveries.inbound.models import MailSource, SourceKind
from nps_project.deliveries.inbound.reading.parsing import MOST_BYTES
from nps_project.deliveries.inbound.taking import MOST_WHOLE, Given

logger = logging.getLogger(__name__)

READ_FOLDER = ("Winback", "Read")
TIMEOUT_S = 20
BUDGET_S = 60.0
MOST_MAILS = 1000  # of one reading
NUMBERS_AT_ONCE = 5000
LONGEST_S = 300.0  # of one reading, whatever the server does: then the line is cut
MOST_NOT_GIVEN = 20  # mails in a row: then it is the server, and not the mails
CLAIMED_FOR = timedelta(minutes=10)  # longer than any reading may take


class WentAway(OSError):
    """A mail that was there is not there any more: the next reading sees why."""


class NotGiven(OSError):
    """The server has a mail and does not hand it over."""


FAILURES = (OSError, imaplib.IMAP4.error, ImapToolsError)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # RFC 3501, 9
_DATE = re.compile(rb'INTERNALDATE "[^"]+"')


@dataclass(slots=True)
class ReadingDone:
    """What one reading did. `taken`: how many mails of each kind were understood; `left`: how many are left for each
    reason; `failure`: the kind of what went wrong, if anything; `was_claimed`: somebody else is reading; `has_more`:
    mails are there that the next reading reads."""

    mailbox: str
    taken: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    failure: str = ""
    was_claimed: bool = False
    has_more: bool = False


def read(url: MailboxUrl) -> ReadingDone:
    """Read what is new in one mailbox. A failure is kept on its row and told, not raised. Raises: DatabaseError."""
    done = ReadingDone(url.name)
    source, at = _claim(url.name), timezone.now()
    if source is None:
        done.was_claimed = True
        return done
    rows = MailSource.objects.filter(pk=source.pk)
    try:
        _read(url, source, done)
    except DatabaseError:
        raise
    except Exception as error:
        if not isinstance(error, FAILURES):  # nobody foresaw it: the other mailboxes are read all the same
            logger.exception("reading a mailbox failed: %s", type(error).__name__)
        done.failure = type(error).__name__
        failed_at = at if source.failed_at is None else source.failed_at
        rows.update(failed_at=failed_at, failure=done.failure[:100])
    else:
        reached_at = source.reached_at if done.has_more else timezone.now()  # what is unread may be bounces
        rows.update(failed_at=None, failure="", reached_at=reached_at)
    finally:
        rows.update(claimed_until=None)
    return done


def _claim(name: str) -> MailSource | None:
    at = timezone.now()
    make_row(name)
    free = MailSource.objects.filter(Q(claimed_until=None) | Q(claimed_until__lt=at), name=name)
    return MailSource.objects.get(name=name) if free.update(claimed_until=at + CLAIMED_FOR) else None


def make_row(name: str) -> None:
    """The row of a mailbox, where it is not there yet."""
    if not MailSource.objects.filter(name=name).exists():
        MailSource.objects.bulk_create([MailSource(name=name, kind=SourceKind.MAILBOX)], ignore_conflicts=True)


def open_mailbox(url: MailboxUrl) -> BaseMailBox:
    """Sign in, and choose the folder. Raises: one of FAILURES, also for a certificate that nobody vouches for."""
    checks = ssl.create_default_context()  # left to itself, Python's imaplib would take any certificate
    if url.scheme == "imaps":
        box: BaseMailBox = MailBox(url.host, url.port, timeout=TIMEOUT_S, ssl_context=checks)
    elif url.scheme == "imap+tls":
        box = MailBoxStartTls(url.host, url.port, timeout=TIMEOUT_S, ssl_context=checks)
    else:
        box = MailBoxUnencrypted(url.host, url.port, timeout=TIMEOUT_S)
    try:
        sign_in = box.login if (url.user + url.password).isascii() else box.login_utf8
        return sign_in(url.user, url.password, url.folder)
    except BaseException:
        leave(box)
        raise


def leave(box: BaseMailBox) -> None:
    """Sign out, whatever the server does."""
    with suppress(*FAILURES):
        box.logout()
    with suppress(*FAILURES):
        box.client.shutdown()


def read_again_after_restore(at: datetime) -> None:
    """Have what was put away since the backup read once more. The mailboxes were reached before it, if at all."""
    names = [url.name for url in settings.MAILBOXES]
    MailSource.objects.bulk_create([MailSource(name=name, kind=SourceKind.MAILBOX) for name in names],
                                   ignore_conflicts=True)  # fmt: skip
    since = Coalesce("reached_at", Value(at - EVENTS_FOR))
    MailSource.objects.filter(kind=SourceKind.MAILBOX).update(read_again_since=since, again_uid=0, claimed_until=None)


def _read(url: MailboxUrl, source: MailSource, done: ReadingDone) -> None:
    ends = time.monotonic() + BUDGET_S
    box = open_mailbox(url)
    watch = threading.Timer(LONGEST_S, _cut, [box])  # a server that sends a letter now and then has no timeout
    watch.daemon = True
    watch.start()
    try:
        _read_new(box, url, source, done, ends)
        if source.read_again_since is not None and not done.has_more:
            _read_again(box, source, source.read_again_since, done, ends)
    finally:
        watch.cancel()
        leave(box)


def _cut(box: BaseMailBox) -> None:
    with suppress(*FAILURES):
        box.client.sock.shutdown(socket.SHUT_RDWR)


def _read_again(box: BaseMailBox, source: MailSource, since: datetime, done: ReadingDone, ends: float) -> None:
    """Of the folder of mails that were put away, those that came since; they stay where they are."""
    folder, rows = _put_away_folder(box), MailSource.objects.filter(pk=source.pk)
    if folder:
        box.folder.set(folder, readonly=True)
        day = (since - timedelta(days=1)).astimezone(UTC)  # a server goes by days, in a zone of its own
        begin = f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"
        found = sorted(map(int, box.uids(f"SINCE {begin} UID {source.again_uid + 1}:*")))
        for number, uid in enumerate(uid for uid in found if uid > source.again_uid):
            if number >= MOST_MAILS or time.monotonic() > ends:
                done.has_more = True
                return
            given = None
            with suppress(NotGiven):  # it was read once, and lies there
                given = _fetch(box, uid)
            if given is not None:
                row = taking.take(source, given)
                (done.left if row.left_for else done.taken)[row.left_for or row.kind] += 1
            rows.update(again_uid=uid)
    rows.update(read_again_since=None, again_uid=0)


def _put_away_folder(box: BaseMailBox) -> str:
    """Its name; empty when it is not there."""
    folders = box.folder.list()
    return next((folder.name for folder in folders if folder.name == folder.delim.join(READ_FOLDER)), "")


def _read_new(box: BaseMailBox, url: MailboxUrl, source: MailSource, done: ReadingDone, ends: float) -> None:
    state = box.folder.status(url.folder, ["UIDVALIDITY", "UIDNEXT"])
    last = source.last_uid if source.uid_validity == state["UIDVALIDITY"] else 0
    rows = MailSource.objects.filter(pk=source.pk)
    away, number = _Away(box), 0
    not_given: list[int] = []
    for high, uids in _new_uids(box, last, state["UIDNEXT"]):
        for uid in uids:
            if number >= MOST_MAILS or time.monotonic() > ends:
                done.has_more = True
                return
            number += 1
            try:
                _read_one(box, source, uid, away, done)
            except NotGiven:
                not_given.append(uid)
                if len(not_given) >= MOST_NOT_GIVEN:
                    raise
                continue
            _leave_to_a_person(source, state["UIDVALIDITY"], not_given, done)
            rows.update(uid_validity=state["UIDVALIDITY"], last_uid=uid)
        if not_given:
            raise NotGiven  # no mail after them was given: the next reading tries them again
        rows.update(uid_validity=state["UIDVALIDITY"], last_uid=high)
        if time.monotonic() > ends and high < state["UIDNEXT"] - 1:  # numbers without mails have no end of their own
            done.has_more = True
            return


def _leave_to_a_person(source: MailSource, validity: int, uids: list[int], done: ReadingDone) -> None:
    """Mails that the server does not hand over, though it does others: they hold up none of those. Empties `uids`."""
    for uid in uids:
        row = taking.keep_not_given(source, validity, uid, timezone.now())
        done.left[row.left_for] += 1
    uids.clear()


def _read_one(box: BaseMailBox, source: MailSource, uid: int, away: "_Away", done: ReadingDone) -> None:
    given = _fetch(box, uid)
    if given is None:
        return
    row = taking.take(source, given)
    (done.left if row.left_for else done.taken)[row.left_for or row.kind] += 1
    if not (row.left_for or row.stays):
        away.put(uid)
    _heard(source, given.received_at)


def _new_uids(box: BaseMailBox, last: int, next_uid: int) -> Iterator[tuple[int, list[int]]]:
    """The numbers of mails that were not read, some thousands at a time, each time with the last that was looked at."""
    for low in range(last + 1, next_uid, NUMBERS_AT_ONCE):
        high = min(low + NUMBERS_AT_ONCE, next_uid) - 1
        found = box.uids(f"UID {low}:{high}")
        yield high, sorted(int(uid) for uid in found if int(uid) >= low)


def _fetch(box: BaseMailBox, uid: int) -> Given | None:
    """The beginning of a mail, and when it came; it stays unread. None when it is gone."""
    heads, raw = _fetch_bytes(box, uid, MOST_BYTES)
    if raw is None:
        return None
    whole = partial(_fetch_whole, box, uid) if len(raw) >= MOST_BYTES else None
    return Given(uid, raw, min(_received(heads), timezone.now()), whole)


def _received(heads: bytes) -> datetime:
    """When it came, as the server says; now where that is no time."""
    found = _DATE.search(heads)
    try:
        date = imaplib.Internaldate2tuple(found[0]) if found else None
        return datetime.fromtimestamp(time.mktime(date), tz=UTC) if date else timezone.now()
    except (ValueError, OverflowError, KeyError, OSError):
        return timezone.now()


def _fetch_bytes(box: BaseMailBox, uid: int, most: int) -> tuple[bytes, bytes | None]:
    """What the server says of a mail, and its first bytes; None when it is gone. Raises: NotGiven."""
    try:
        state, answer = box.client.uid("FETCH", str(uid), f"(INTERNALDATE BODY.PEEK[]<0.{most}>)")
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:  # BAD
        raise NotGiven from error
    if state != "OK":
        raise NotGiven
    parts: list[Any] = answer or []
    raw = next((part[1] for part in parts if isinstance(part, tuple) and len(part) > 1), None)
    return b" ".join(part[0] if isinstance(part, tuple) else part for part in parts if part), raw


def _fetch_whole(box: BaseMailBox, uid: int) -> bytes:
    """Raises: WentAway when it is gone meanwhile."""
    raw = _fetch_bytes(box, uid, MOST_WHOLE)[1]
    if raw is None:
        raise WentAway
    return raw


def _heard(source: MailSource, at: datetime) -> None:
    newer = Q(word_at=None) | Q(word_at__lt=at)
    MailSource.objects.filter(newer, pk=source.pk).update(word_at=at)


def capabilities(box: BaseMailBox) -> str:
    """As the server gives them once somebody has signed in; IMAP4rev2 includes MOVE and IDLE."""
    _state, answer = box.client.capability()
    said = b" ".join(part for part in answer if isinstance(part, bytes)).decode(errors="replace").upper()
    return said.replace("IMAP4REV2", "IMAP4REV2 MOVE IDLE")


class _Away:
    """Puts mails that were understood out of the way."""

    def __init__(self, box: BaseMailBox) -> None:
        self._box = box

    @cached_property
    def _folder(self) -> str:
        return self._make_folder() if "MOVE" in capabilities(self._box) else ""

    def _make_folder(self) -> str:
        """The folder, made when it is not there; empty where the server does not let us."""
        with suppress(*FAILURES):
            folders = self._box.folder.list()
            name = (folders[0].delim if folders else "/").join(READ_FOLDER)
            if not any(folder.name == name for folder in folders):
                self._box.folder.create(name)
            return name
        return ""

    def put(self, uid: int) -> None:
        """Mark a mail as read, and move it where that can be done. The library's own ways of doing either would empty
        the bin of whoever uses the mailbox (EXPUNGE)."""
        self._box.client.uid("STORE", str(uid), "+FLAGS", r"(\Seen)")
        if self._folder:
            self._box.client.uid("MOVE", str(uid), f'"{self._folder}"')

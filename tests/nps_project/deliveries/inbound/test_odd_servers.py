"""Servers that do not hand over what they have: no mail is passed over for it, and none holds up the others."""

import imaplib
import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from nps_project.deliveries.inbound import mailbox
from nps_project.deliveries.inbound.mailbox_urls import MailboxUrl
from nps_project.deliveries.inbound.models import InboundMail, MailSource
from nps_project.deliveries.inbound.tasks import read_mailboxes

pytestmark = pytest.mark.django_db

URL = MailboxUrl("imap", "mail.nordlys.dk", 143, "care", "secret", "INBOX")
NOW = b"26-Nov-2026 10:00:00 +0100"


class Odd:
    """A server of three mails. `answers`: what it says to FETCH of a number, in place of the mail; `date`: theirs."""

    def __init__(self, answers: dict[int, Any] | None = None, date: bytes = NOW) -> None:
        self.answers, self.date = answers or {}, date
        self.folder = SimpleNamespace(status=lambda *_given: {"UIDVALIDITY": 1, "UIDNEXT": 4}, list=lambda: [])
        self.client = SimpleNamespace(shutdown=lambda: None, uid=self.uid, capability=lambda: ("OK", [b"IMAP4rev1"]))

    def uid(self, command: str, number: str, *_more: str) -> Any:
        if command == "FETCH" and int(number) in self.answers:
            answer = self.answers[int(number)]
            if isinstance(answer, Exception):
                raise answer
            return answer
        mail = f"From: c{number}@kunde.dk\r\nMessage-ID: <{number}@x>\r\n\r\nWords".encode()
        return "OK", [(b'1 (INTERNALDATE "%s" BODY[] {9}' % self.date, mail), b")"]

    def uids(self, wanted: str) -> list[str]:
        low, high = map(int, wanted.removeprefix("UID ").split(":"))
        return [str(number) for number in range(1, 4) if low <= number <= high]

    def logout(self) -> None:
        """Nothing to do."""


def reading(monkeypatch: pytest.MonkeyPatch, server: Any) -> mailbox.ReadingDone:
    def opened(_url: MailboxUrl) -> Any:
        return server

    monkeypatch.setattr(mailbox, "open_mailbox", opened)
    return mailbox.read(URL)


def read_so_far() -> list[int]:
    return list(InboundMail.objects.order_by("uid").values_list("uid", flat=True))


@pytest.mark.parametrize("answer", [("NO", [b"[SERVERBUG] try later"]), imaplib.IMAP4.error("BAD")])
def test_a_mail_that_is_not_handed_over_is_left_to_a_person_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    done = reading(monkeypatch, Odd({2: answer}))
    assert (done.failure, read_so_far()) == ("", [1, 2, 3])
    assert InboundMail.objects.get(left_for="unreadable").uid == 2
    assert MailSource.objects.get().last_uid == 3


def test_what_is_not_handed_over_at_the_end_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    no = ("NO", [b"[UNAVAILABLE] try later"])
    assert reading(monkeypatch, Odd({2: no, 3: no})).failure == "NotGiven"
    assert (MailSource.objects.get().last_uid, read_so_far()) == (1, [1])
    assert reading(monkeypatch, Odd()).failure == ""
    assert read_so_far() == [1, 2, 3]


@pytest.mark.parametrize("date", [b"01-Jan-0001 00:00:00 +0000", b"99-Foo-9999 99:99:99 +9999", b"rubbish"])
def test_a_time_that_is_none_keeps_no_mail_from_being_read(monkeypatch: pytest.MonkeyPatch, date: bytes) -> None:
    assert reading(monkeypatch, Odd(date=date)).failure == ""
    assert read_so_far() == [1, 2, 3]
    assert InboundMail.objects.filter(at__lte=timezone.now()).count() == 3


def test_a_mailbox_that_does_what_nobody_foresaw_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.MAILBOXES = [URL, MailboxUrl("imap", "other.nordlys.dk", 143, "care", "secret", "INBOX")]
    strange, well = Odd(), Odd()
    strange.folder = SimpleNamespace(status=lambda *_given: {})

    def opened(url: MailboxUrl) -> Any:
        return strange if url.host == URL.host else well

    monkeypatch.setattr(mailbox, "open_mailbox", opened)
    read_mailboxes()
    assert MailSource.objects.get(name=URL.name).failure == "KeyError"
    assert MailSource.objects.exclude(name=URL.name).get().last_uid == 3


def test_a_server_that_sends_a_letter_now_and_then_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    server, cut = Odd(), list[int]()

    def slowly(*_given: Any) -> Any:
        ends = time.monotonic() + 5
        while not cut and time.monotonic() < ends:
            time.sleep(0.01)
        raise OSError("cut off" if cut else "for ever")

    server.client.uid, server.client.sock = slowly, SimpleNamespace(shutdown=cut.append)
    monkeypatch.setattr(mailbox, "LONGEST_S", 0.05)
    began = time.monotonic()
    assert reading(monkeypatch, server).failure == "OSError"
    assert time.monotonic() - began < 3

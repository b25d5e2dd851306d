"""A mailbox on a real IMAP server: what is understood is put away, everything else is left, and nothing is lost."""

import imaplib
import logging
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from nps_project.deliveries.inbound import events, forgetting, mailbox, sources
from nps_project.deliveries.inbound.events import MailEvent, Outcome
from nps_project.deliveries.inbound.models import InboundMail, MailSource, TakenEvent
from nps_project.deliveries.models import Delivery
from tests.nps_project.deliveries.inbound import corpus, dovecot
from tests.nps_project.deliveries.inbound.conftest import MAIL_ID, TOKEN, WISH
from tests.nps_project.deliveries.inbound.dovecot import Dovecot

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tokens")]

HARD = corpus.dsn("5.1.1", "smtp; 550 5.1.1 unknown")
PERSON = corpus.plain("Ann <c1@kunde.dk>", "Please <b>call</b> me", to="care@nordlys.dk", subject="Call me <b>")


@pytest.fixture
def inbox(request: pytest.FixtureRequest) -> str:
    """A user whom no other test has."""
    return f"u{abs(hash(request.node.name)) % 10**12}"


def made(text: str, token: str = TOKEN) -> bytes:
    return corpus.filled(text.replace("\n", "\r\n").encode(), token, str(MAIL_ID))


def left() -> list[tuple[str, str, str]]:
    return [
        (mail.kind, mail.left_for, mail.subject) for mail in InboundMail.objects.exclude(left_for="").order_by("pk")
    ]


def test_what_is_understood_is_put_away_and_everything_else_is_left_unread(
    imap: Dovecot, inbox: str, told: list[MailEvent]
) -> None:
    strange = made(corpus.dsn("5.1.1", to="x@y.dk", returned="Subject: x\n"), "c" * 42)
    imap.put(
        inbox, made(HARD), made(PERSON), strange, made(corpus.arf("abuse")), corpus.wish(WISH), b"\xff\x00\r\n\r\n"
    )
    done = mailbox.read(imap.url(inbox))
    assert (done.failure, dict(done.taken)) == ("", {"bounce": 1, "complaint": 1, "unsubscribe": 1, "person": 2})
    assert [(event.outcome, event.about, event.refused_as) for event in told] == [
        (Outcome.BOUNCED, "thing:1", "address"),
        (Outcome.COMPLAINED, "thing:1", None),
        (Outcome.UNSUBSCRIBED, "thing:1", None),
    ]
    assert imap.seen(inbox) == [
        ("Call me <b>", False), ("Undelivered Mail Returned to Sender", False), ("", False),
    ]  # fmt: skip
    put_away = imap.seen(inbox, "Winback.Read")
    assert [(subject[:11], is_read) for subject, is_read in put_away] == [
        ("Undelivered", True), ("complaint a", True), ("unsubscribe", True),
    ]  # fmt: skip
    assert left() == [("bounce", "nobodys", "Undelivered Mail Returned to Sender")]
    source = MailSource.objects.get()
    assert (source.name, source.failure) == (f"{inbox} 127.0.0.1:{imap.port}/INBOX", "")
    assert source.word_at is not None
    assert sources.are_bounces_read(timezone.now())


def test_of_what_is_understood_neither_sender_nor_subject_is_kept_and_nothing_is_logged(
    imap: Dovecot, inbox: str, caplog: pytest.LogCaptureFixture
) -> None:
    imap.put(
        inbox, made(HARD), made(PERSON), b"Subject: deep secret\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 99
    )
    with caplog.at_level(logging.DEBUG):
        mailbox.read(imap.url(inbox))
    kept = InboundMail.objects.get(kind="bounce")
    assert (kept.from_address, kept.subject) == ("", "")
    assert InboundMail.objects.count() == 3
    for secret in (TOKEN, "kunde.dk", "Call me", "deep secret", dovecot.PASSWORD):
        assert secret not in caplog.text


def test_mails_are_read_once_also_those_that_a_person_has_opened(
    imap: Dovecot, inbox: str, told: list[MailEvent]
) -> None:
    imap.put(inbox, made(PERSON))
    for _time in range(2):
        mailbox.read(imap.url(inbox))
    imap.put(inbox, made(HARD))
    program = imap.signed_in(inbox)
    program.select("INBOX")
    program.store("1:*", "+FLAGS", "\\Seen")
    program.logout()
    done = mailbox.read(imap.url(inbox))
    assert (dict(done.taken), dict(done.left)) == ({"bounce": 1}, {})
    assert len(told) == 1
    assert InboundMail.objects.count() == 2


def test_a_mail_that_is_delivered_again_does_nothing_again(imap: Dovecot, inbox: str, told: list[MailEvent]) -> None:
    again = b"Received: by elsewhere\r\n" + made(HARD)
    imap.put(inbox, made(HARD), again, made(PERSON), made(PERSON))
    mailbox.read(imap.url(inbox))
    imap.put(inbox, made(HARD))
    MailSource.objects.update(uid_validity=1)  # a server that lost its numbers begins anew
    mailbox.read(imap.url(inbox))
    assert len(told) == 1
    assert InboundMail.objects.count() == 2
    assert len(imap.seen(inbox, "Winback.Read")) == 3


@pytest.mark.parametrize("most", [1, 1000])
def test_after_a_restore_what_was_put_away_since_the_backup_is_read_again_once(
    imap: Dovecot, inbox: str, told: list[MailEvent], settings: Any, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    settings.MAILBOXES = [imap.url(inbox)]
    imap.put(inbox, made(HARD))
    mailbox.read(imap.url(inbox))
    before = MailSource.objects.get()  # the backup is made here
    imap.put(inbox, made(corpus.arf("abuse")), corpus.wish(WISH), made(PERSON))
    mailbox.read(imap.url(inbox))
    assert [event.outcome for event in told] == [Outcome.BOUNCED, Outcome.COMPLAINED, Outcome.UNSUBSCRIBED]
    InboundMail.objects.exclude(kind="bounce").delete()
    TakenEvent.objects.exclude(pk=TakenEvent.objects.order_by("pk")[0].pk).delete()
    before.save()
    told.clear()
    mailbox.read_again_after_restore(timezone.now())
    monkeypatch.setattr(mailbox, "MOST_MAILS", most)
    while mailbox.read(imap.url(inbox)).has_more:
        pass
    assert [event.outcome for event in told] == [Outcome.COMPLAINED, Outcome.UNSUBSCRIBED]
    assert left() == []
    assert len(imap.seen(inbox, "Winback.Read")) == 3
    done = mailbox.read(imap.url(inbox))
    assert (dict(done.taken), dict(done.left), done.failure) == ({}, {}, "")
    assert len(told) == 2


@pytest.mark.usefixtures("mail")
def test_killed_between_acting_and_putting_away_it_acts_once(
    imap: Dovecot, inbox: str, told: list[MailEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    imap.put(inbox, made(HARD))

    command = imaplib.IMAP4.uid

    def die(client: imaplib.IMAP4, name: str, *arguments: str) -> Any:
        if name == "STORE":
            raise KeyboardInterrupt
        return command(client, name, *arguments)

    with monkeypatch.context() as patched:
        patched.setattr(imaplib.IMAP4, "uid", die)
        with pytest.raises(KeyboardInterrupt):
            mailbox.read(imap.url(inbox))
    assert len(told) == 1
    done = mailbox.read(imap.url(inbox))
    assert dict(done.taken) == {"bounce": 1}
    assert len(told) == 1
    assert imap.seen(inbox) == []


def test_a_receiver_that_raises_leaves_the_mail_to_a_person_and_the_others_go_on(
    imap: Dovecot, inbox: str, told: list[MailEvent]
) -> None:
    def fail(sender: type, *, event: MailEvent, **_more: Any) -> None:
        if event.outcome == Outcome.BOUNCED:
            raise RuntimeError("the receiver")

    events.mail_event.connect(fail)
    try:
        imap.put(inbox, made(HARD), corpus.wish(WISH))
        done = mailbox.read(imap.url(inbox))
    finally:
        events.mail_event.disconnect(fail)
    assert (dict(done.taken), dict(done.left)) == ({"unsubscribe": 1}, {"failed": 1})
    assert imap.seen(inbox) == [("Undelivered Mail Returned to Sender", False)]
    assert [event.outcome for event in told] == [Outcome.BOUNCED, Outcome.UNSUBSCRIBED]


@pytest.mark.django_db(transaction=True)
def test_two_workers_read_it_once(imap: Dovecot, inbox: str, told: list[MailEvent]) -> None:
    imap.put(inbox, *[made(HARD.replace("2026@mx", f"{number}@mx")) for number in range(10)])
    done: list[mailbox.ReadingDone] = []

    def work() -> None:
        from django.db import connection

        done.append(mailbox.read(imap.url(inbox)))
        connection.close()

    threads = [threading.Thread(target=work) for _worker in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.taken["bounce"] for one in done) == 10
    assert len(told) == 10
    assert MailSource.objects.get().claimed_until is None


def test_a_worker_that_died_keeps_others_out_for_a_while_only(imap: Dovecot, inbox: str) -> None:
    mailbox.read(imap.url(inbox))
    MailSource.objects.update(claimed_until=timezone.now() + timedelta(minutes=1))
    assert mailbox.read(imap.url(inbox)).was_claimed
    MailSource.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert not mailbox.read(imap.url(inbox)).was_claimed


def test_a_server_that_cannot_move_has_them_marked_as_read(told: list[MailEvent]) -> None:
    with dovecot.running("ssl = no\nimap_capability = IMAP4rev1 UIDPLUS") as imap:
        imap.put("ann", made(HARD), made(PERSON))
        mailbox.read(imap.url("ann"))
        assert imap.seen("ann") == [("Undelivered Mail Returned to Sender", True), ("Call me <b>", False)]
    assert len(told) == 1


def test_a_mailbox_that_fails_says_so_and_is_well_again(imap: Dovecot, inbox: str) -> None:
    assert mailbox.read(imap.url(inbox)).failure == ""
    good = MailSource.objects.get()
    for number, (url, failure) in enumerate([
        (imap.url(inbox, password="wrong"), "MailboxLoginError"),
        (imap.url(inbox, folder="Nothing"), "MailboxFolderSelectError"),
    ]):  # fmt: skip
        assert mailbox.read(url).failure == failure
        source = MailSource.objects.order_by("-pk")[0] if number else MailSource.objects.get(pk=good.pk)
        assert (source.failure, source.claimed_until) == (failure, None)
        assert source.failed_at is not None
    assert mailbox.read(imap.url(inbox)).failure == ""
    assert MailSource.objects.get(pk=good.pk).failed_at is None
    MailSource.objects.filter(pk=good.pk).update(reached_at=timezone.now() - timedelta(hours=3))
    assert not sources.are_bounces_read(timezone.now())


def test_a_huge_mail_is_read_by_its_beginning(imap: Dovecot, inbox: str, told: list[MailEvent]) -> None:
    imap.put(inbox, made(HARD) + b"\r\n" + b"x" * 998 + (b"\r\n" + b"y" * 998) * 5000)
    assert dict(mailbox.read(imap.url(inbox)).taken) == {"bounce": 1}
    assert len(told) == 1


def test_a_forged_token_and_a_forged_id_find_nothing(imap: Dovecot, inbox: str, mail: Delivery) -> None:
    forged = corpus.filled(HARD.replace("\n", "\r\n").encode(), "d" * 42, "0b6a3d3e-5a0c-4c2e-9d0e-000000000000")
    imap.put(inbox, forged)
    assert dict(mailbox.read(imap.url(inbox)).left) == {"nobodys": 1}
    assert Delivery.objects.get().pk == mail.pk


@pytest.mark.usefixtures("mail")
def test_the_message_id_in_the_report_names_the_mail_where_the_address_does_not(
    imap: Dovecot, inbox: str, told: list[MailEvent]
) -> None:
    text = HARD.replace(corpus.TO, "ask@nordlys.dk")
    imap.put(inbox, made(text))
    mailbox.read(imap.url(inbox))
    assert [(event.outcome, event.about) for event in told] == [(Outcome.BOUNCED, "thing:1")]


def test_the_command_reads_once_and_says_what_it_found(
    imap: Dovecot, inbox: str, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.MAILBOXES = []
    with pytest.raises(CommandError, match="MAILBOX_URL"):
        call_command("read_mailbox")
    imap.put(inbox, made(HARD), made(PERSON))
    settings.MAILBOXES = [imap.url(inbox)]
    call_command("read_mailbox")
    call_command("read_mailbox")
    lines = [line.partition(": ")[2] for line in capsys.readouterr().out.splitlines()]
    assert lines == ["1 bounce, 1 person", "nothing new"]
    settings.MAILBOXES = [imap.url(inbox, password="wrong"), imap.url(inbox)]
    with pytest.raises(CommandError) as failed:
        call_command("read_mailbox")
    assert failed.value.returncode == 1
    out = capsys.readouterr().out
    assert "MailboxLoginError" in out
    assert "wrong" not in out


def test_what_waits_for_nobody_is_forgotten_after_ninety_days(imap: Dovecot, inbox: str) -> None:
    imap.put(inbox, made(HARD), made(corpus.dsn("5.1.1", to="x@y.dk", returned="Subject: x\n"), "c" * 42))
    mailbox.read(imap.url(inbox))
    later = timezone.now() + timedelta(days=91)
    assert forgetting.forget(timezone.now()) == 0
    assert forgetting.forget(later) == 2  # the bounce, and the note of its event
    InboundMail.objects.update(seen_at=timezone.now())
    assert forgetting.forget(later) == 1


def test_nothing_is_deleted_not_even_what_a_person_has_put_into_the_bin(imap: Dovecot, inbox: str) -> None:
    imap.put(inbox, made(PERSON), made(HARD))
    program = imap.signed_in(inbox)
    program.select("INBOX")
    program.store("1", "+FLAGS", "\\Deleted")  # a person has not emptied the bin yet
    mailbox.read(imap.url(inbox))
    program.noop()
    state, numbers = program.search(None, "ALL")
    assert (state, len(numbers[0].split())) == ("OK", 1)
    program.logout()

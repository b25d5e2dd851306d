"""Sending mails to a real mail server on loopback: once, again when it may, never when it must not."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from nps_project.background import sweep
from nps_project.background.models import PutAside
from nps_project.deliveries import handing_over, results, sending
from nps_project.deliveries.models import Audience, Delivery, Status
from nps_project.deliveries.queueing import is_reserved, queue_mail
from nps_project.deliveries.signals import delivery_sent
from nps_project.deliveries.tasks import send_due
from tests.nps_project.deliveries.mail_server import MailServer
from tests.nps_project.deliveries.mails import make_mail, now_of, sender_dies
from tests.product import free_port

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def test_a_mail_goes_out_whole(server: MailServer) -> None:
    mail = make_mail()
    assert sending.send_one(mail.pk)
    assert not sending.send_one(mail.pk)

    sent = now_of(mail)
    assert (sent.status, sent.attempts, sent.last_error) == (Status.SENT, 1, "")
    assert sent.sent_at is not None
    (taken,) = server.taken
    assert (taken["Subject"], taken["To"], taken["Auto-Submitted"]) == (
        "Æ score of 2",
        "bea@nordlys.dk",
        "auto-generated",
    )
    assert taken["Message-ID"] == f"<{mail.message_id}@nordlys.dk>"
    bodies = [(part.get_content_type(), part.get_content().strip()) for part in taken.iter_parts()]
    assert bodies == [("text/plain", "Ring ham"), ("text/html", "<p>Ring ham</p>")]


def test_a_server_that_asks_for_patience_gets_the_same_mail_later(server: MailServer) -> None:
    server.answers = ["450 Greylisted, come back"]
    mail = make_mail()
    sending.send_one(mail.pk)
    waiting = now_of(mail)
    assert (waiting.status, waiting.attempts) == (Status.QUEUED, 1)
    assert "450" in waiting.last_error
    assert timezone.now() + MINUTE < waiting.retry_at < timezone.now() + 5 * MINUTE
    assert not sending.send_one(mail.pk), "not before its time"

    Delivery.objects.update(retry_at=timezone.now())
    send_due()
    assert now_of(mail).status == Status.SENT
    assert [taken["Message-ID"] for taken in server.taken] == [f"<{mail.message_id}@nordlys.dk>"]


def test_a_mailbox_that_does_not_exist_is_not_tried_again(server: MailServer) -> None:
    server.answers = ["550 No such person"]
    mail = make_mail()
    sending.send_one(mail.pk)
    assert now_of(mail).status == Status.FAILED
    assert "550" in now_of(mail).last_error


def test_a_server_that_is_gone_is_tried_for_hours_and_then_no_more(settings: Any, server: MailServer) -> None:
    settings.EMAIL_PORT = free_port()
    mail = make_mail()
    waits = []
    for _number in range(results.MAX_ATTEMPTS):
        assert now_of(mail).status == Status.QUEUED
        Delivery.objects.update(retry_at=timezone.now())
        sending.send_one(mail.pk)
        waits.append(round((now_of(mail).retry_at - timezone.now()).total_seconds()))
    assert now_of(mail).status == Status.FAILED
    assert waits == sorted(waits)
    assert sum(waits[:-1]) > 12 * 3600


def test_one_that_fails_does_not_hold_up_the_others(server: MailServer) -> None:
    broken, fine = make_mail(to_address="two\nlines@nordlys.dk"), make_mail()
    send_due()
    assert (now_of(broken).status, now_of(fine).status) == (Status.FAILED, Status.SENT)


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_a_mail_once(server: MailServer) -> None:
    mails = [make_mail().pk for _number in range(3)]

    def send(pk: int) -> bool:
        try:
            return sending.send_one(pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(send, mails * 4)) == 3
    assert len({taken["Message-ID"] for taken in server.taken}) == len(server.taken) == 3


def test_of_a_mail_of_unknown_end_staff_gets_a_copy_and_a_customer_none(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff, customer = make_mail(), make_mail(audience=Audience.CUSTOMER, to_address="ada@nordlys.dk")
    for mail in (staff, customer):
        sender_dies(mail, monkeypatch)
        assert now_of(mail).status == Status.IN_FLIGHT

    assert sending.release_stuck(timezone.now() + 9 * MINUTE) == 0
    assert sending.release_stuck(timezone.now() + 11 * MINUTE) == 2
    assert (now_of(staff).status, now_of(customer).status) == (Status.QUEUED, Status.UNKNOWN)
    Delivery.objects.filter(pk=staff.pk).update(retry_at=timezone.now())
    sender_dies(staff, monkeypatch)
    sending.release_stuck(timezone.now() + 11 * MINUTE)
    assert now_of(staff).status == Status.UNKNOWN, "once, and not for ever"
    ids = [taken["Message-ID"] for taken in server.taken]
    assert ids.count(f"<{staff.message_id}@nordlys.dk>") == 2, "one and the same Message-ID"
    assert ids.count(f"<{customer.message_id}@nordlys.dk>") == 1


def test_a_staff_mail_that_failed_before_is_repeated_too(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.answers = ["450 Later"]
    mail = make_mail()
    sending.send_one(mail.pk)
    Delivery.objects.update(retry_at=timezone.now())
    sender_dies(mail, monkeypatch)
    sending.release_stuck(timezone.now() + 11 * MINUTE)
    assert now_of(mail).status == Status.QUEUED


@pytest.fixture
def receiver() -> Iterator[list[Exception | None]]:
    """Hears of each delivery that left; raises what stands first in the list. `None`: it heard."""
    plan: list[Exception | None] = []

    def hear(sender: type, *, delivery: Delivery, **_kwargs: object) -> None:
        if plan and (error := plan[0]) is not None:
            raise error
        plan.append(None)

    delivery_sent.connect(hear, weak=False, dispatch_uid="tests.receiver")
    yield plan
    delivery_sent.disconnect(dispatch_uid="tests.receiver")


def test_a_receiver_that_raises_does_not_send_the_mail_again_and_is_told_once_more(
    server: MailServer, receiver: list[Exception | None]
) -> None:
    receiver.append(ZeroDivisionError("of the receiver"))
    mail, other = make_mail(), make_mail()
    send_due()
    assert (now_of(mail).status, now_of(other).status) == (Status.SENT, Status.SENT)
    assert set(PutAside.objects.values_list("sweep", "row_id")) == {
        ("deliveries.announce", mail.pk), ("deliveries.announce", other.pk),
    }  # fmt: skip
    sending.send_due(timezone.now() + 20 * MINUTE)
    assert receiver == receiver[:1], "it raises still"

    receiver.clear()
    sending.send_due(timezone.now() + 60 * MINUTE)
    assert receiver == [None, None]
    assert not PutAside.objects.exists()
    sending.send_due(timezone.now() + 99 * MINUTE)
    assert receiver == [None, None], "told once"
    assert len(server.taken) == 2, "and each mail went out once"


@pytest.mark.django_db(transaction=True)
def test_the_outcome_is_kept_before_anybody_hears_of_it(server: MailServer) -> None:
    """A receiver stands in no transaction of the sender's: whatever it does, the mail is sent."""
    seen: list[tuple[str, bool]] = []

    def look(sender: type, *, delivery: Delivery, **_kwargs: object) -> None:
        seen.append((now_of(delivery).status, connection.in_atomic_block))

    delivery_sent.connect(look, weak=False, dispatch_uid="tests.look")
    try:
        sending.send_one(make_mail().pk)
    finally:
        delivery_sent.disconnect(dispatch_uid="tests.look")
    assert seen == [(Status.SENT, False)]


def test_what_a_receiver_missed_because_the_sender_died_is_told_by_the_sweep(
    server: MailServer, receiver: list[Exception | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_arguments: object) -> None:
        raise KeyboardInterrupt

    mail = make_mail()
    with monkeypatch.context() as dying:
        dying.setattr(sweep, "take", die)
        with pytest.raises(KeyboardInterrupt):
            sending.send_one(mail.pk)
    assert (now_of(mail).status, receiver) == (Status.SENT, [])
    send_due()
    assert receiver == [], "it may be with its sender still"
    sending.send_due(timezone.now() + 2 * MINUTE)
    assert receiver == [None]
    assert len(server.taken) == 1


def test_a_mail_whose_sending_raises_what_nobody_foresaw_stops_no_other(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, fine = make_mail(subject="bad"), make_mail()
    send = handing_over.send_mail

    def fails(delivery: Delivery) -> None:
        if delivery.subject == "bad":
            raise LookupError("unknown encoding")
        send(delivery)

    monkeypatch.setattr(sending, "send_mail", fails)
    send_due()
    assert (now_of(bad).status, now_of(fine).status) == (Status.QUEUED, Status.SENT)
    assert PutAside.objects.get().row_id == bad.pk
    monkeypatch.undo()
    sending.send_due(timezone.now() + 2 * MINUTE)
    assert now_of(bad).status == Status.SENT
    assert not PutAside.objects.exists()


@pytest.mark.parametrize(
    ("address", "reserved"),
    [
        ("a@example.com", True),
        ("a@EXAMPLE.org", True),
        ("a@mail.example.net", True),
        ("a@shop.test", True),
        ("a@host.invalid", True),
        ("a@notexample.com", False),
        ("a@example.com.dk", False),
        ("a@test.dk", False),
    ],
)
def test_addresses_of_nobody_are_never_mailed(server: MailServer, address: str, reserved: bool) -> None:
    assert is_reserved(address) is reserved
    mail = make_mail(to_address=address)
    sending.send_one(mail.pk)
    assert now_of(mail).status == (Status.SUPPRESSED if reserved else Status.SENT)
    assert len(server.taken) == (not reserved)


def test_without_a_mail_server_mails_stay_in_the_outbox() -> None:
    mail = make_mail()
    send_due()
    assert now_of(mail).status == Status.STORED


def test_one_event_is_one_row() -> None:
    words: dict[str, Any] = {"template": "ticket_told_outside", "to": "a@nordlys.dk", "language": "en"}
    context = {"score": 2, "customer": "Ada\r\nBcc: all@nordlys.dk", "due_at": timezone.now()}
    for _number in range(2):
        queue_mail(**words, context=context, dedupe_key="one")
    mail = Delivery.objects.get()
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject

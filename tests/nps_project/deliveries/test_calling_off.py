"""Calling mails off, and queueing them again: nobody gets one that was called off, nobody gets one twice."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from nps_project.deliveries import sending
from nps_project.deliveries.models import Delivery, Status
from nps_project.deliveries.queueing import cancel_unsent, queue_again, queue_cancelled
from tests.nps_project.deliveries.mail_server import MailServer
from tests.nps_project.deliveries.mails import make_mail, now_of, sender_dies

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def called_off_in_flight(monkeypatch: pytest.MonkeyPatch, error: Exception | None) -> Delivery:
    """A mail that is cancelled while its sender talks to the server, which then answers so."""
    mail = make_mail(about="ticket:1")

    def send(_delivery: Delivery) -> None:
        cancel_unsent(["ticket:1"])
        if error is not None:
            raise error

    monkeypatch.setattr(sending, "send_mail", send)
    with suppress(LookupError):
        sending.send_one(mail.pk)
    monkeypatch.undo()
    return mail


@pytest.mark.parametrize("error", [OSError("gone"), LookupError("nobody foresaw it")])
def test_a_mail_cancelled_while_on_its_way_is_not_tried_again(
    server: MailServer, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    mail = called_off_in_flight(monkeypatch, error)
    assert now_of(mail).status == Status.CANCELLED
    sending.send_due(timezone.now() + 60 * MINUTE)
    assert server.taken == []

    queue_cancelled(["ticket:1"])
    Delivery.objects.update(retry_at=timezone.now())
    sending.send_due(timezone.now() + 120 * MINUTE)
    assert now_of(mail).status == Status.SENT, "brought back, it goes out"


def test_a_mail_that_left_all_the_same_is_sent_and_not_queued_again(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = called_off_in_flight(monkeypatch, None)
    assert now_of(mail).status == Status.SENT
    queue_cancelled(["ticket:1"])
    assert now_of(mail).status == Status.SENT


def test_a_mail_called_off_and_brought_back_while_on_its_way_is_tried_again(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = make_mail(about="ticket:1")

    def send(_delivery: Delivery) -> None:
        cancel_unsent(["ticket:1"])
        queue_cancelled(["ticket:1"])
        raise OSError("gone")

    monkeypatch.setattr(sending, "send_mail", send)
    sending.send_one(mail.pk)
    assert now_of(mail).status == Status.QUEUED


def test_a_cancelled_mail_of_unknown_end_is_not_repeated(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = make_mail(about="ticket:1")
    sender_dies(mail, monkeypatch)
    cancel_unsent(["ticket:1"])
    sending.release_stuck(timezone.now() + 11 * MINUTE)
    assert now_of(mail).status == Status.UNKNOWN


@pytest.mark.parametrize(
    ("status", "to_cancel", "after"),
    [
        (Status.CANCELLED, False, (Status.QUEUED, False)),
        (Status.FAILED, False, (Status.QUEUED, False)),
        (Status.IN_FLIGHT, True, (Status.IN_FLIGHT, False)),
        (Status.UNKNOWN, True, (Status.UNKNOWN, True)),
        (Status.SENT, True, (Status.SENT, True)),
    ],
)
def test_only_what_surely_did_not_go_out_is_queued_again(
    status: Status, to_cancel: bool, after: tuple[Status, bool]
) -> None:
    """One that was called back on its way, and whose sender died, may have arrived."""
    row = Delivery.objects.create(
        dedupe_key="ask:1:0", about="invitation:1", to_address="a@nordlys.dk", status=status, to_cancel=to_cancel
    )
    queue_again(["invitation:1"], timezone.now())
    row.refresh_from_db()
    assert (row.status, row.to_cancel) == after

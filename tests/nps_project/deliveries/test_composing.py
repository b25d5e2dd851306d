"""Mails that are made at the moment of sending, over a real mail server."""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from nps_project.deliveries import composing, sending, smtp
from nps_project.deliveries.composing import Composed, Later, Mail, Never
from nps_project.deliveries.models import Audience, Delivery, Status
from nps_project.deliveries.refusals import RefusedAs, read_refusal
from nps_project.deliveries.signals import delivery_failed, delivery_sent
from tests.nps_project.deliveries.mail_server import DROP, SILENT, MailServer, running

pytestmark = pytest.mark.django_db

TEMPLATE = "composed_in_a_test"
HOUR = timedelta(hours=1)


class Plan:
    """What the composer says, and what the receivers heard."""

    says: Composed
    calls = 0

    def __init__(self) -> None:
        self.says = Mail(
            "Hello\r\nBcc: all@nordlys.dk", "Text\n.\nend\n", "<p>Æ</p>", {"X-Test": "1"}, "b+x@nordlys.dk"
        )
        self.sent: list[int] = []
        self.failed: list[tuple[str, str]] = []

    def compose(self, deliveries: Sequence[Delivery], _at: datetime) -> Mapping[int, Composed]:
        self.calls += len(deliveries)
        return {delivery.pk: self.says for delivery in deliveries}

    def hear_sent(self, sender: type, *, delivery: Delivery, **_more: Any) -> None:
        self.sent.append(delivery.pk)

    def hear_failed(self, sender: type, *, delivery: Delivery, **_more: Any) -> None:
        self.failed.append((delivery.status, delivery.refused_as))


@pytest.fixture
def plan() -> Iterator[Plan]:
    made = Plan()
    composing.add(TEMPLATE, made.compose)
    delivery_sent.connect(made.hear_sent, dispatch_uid="tests.plan")
    delivery_failed.connect(made.hear_failed, dispatch_uid="tests.plan")
    yield made
    delivery_sent.disconnect(dispatch_uid="tests.plan")
    delivery_failed.disconnect(dispatch_uid="tests.plan")


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with running(settings) as made:
        yield made


def make_mail(to: str = "bea@nordlys.dk") -> Delivery:
    return Delivery.objects.create(
        dedupe_key=f"t:{Delivery.objects.count()}", template=TEMPLATE, to_address=to, audience=Audience.CUSTOMER
    )


def now_of(delivery: Delivery) -> Delivery:
    return Delivery.objects.get(pk=delivery.pk)


def test_it_goes_out_as_composed_and_nothing_of_it_is_kept(plan: Plan, server: MailServer) -> None:
    mail = make_mail()
    assert sending.send_one(mail.pk)
    (taken,) = server.taken
    assert taken["Subject"] == "Hello Bcc: all@nordlys.dk"
    assert taken["Bcc"] is None
    assert (taken["X-Test"], taken["Auto-Submitted"]) == ("1", "auto-generated")
    assert taken["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert taken["From"] == "Nordlys <ask@nordlys.dk>"
    assert server.senders == ["b+x@nordlys.dk"]
    bodies = [part.get_content().replace("\r", "").strip() for part in taken.iter_parts()]
    assert bodies == ["Text\n.\nend", "<p>Æ</p>"]
    kept = now_of(mail)
    assert (kept.status, kept.body_text, kept.body_html, kept.subject) == (Status.SENT, "", "", "")
    assert plan.sent == [mail.pk]


def test_many_go_through_one_connection(plan: Plan, server: MailServer) -> None:
    for number in range(5):
        make_mail(f"c{number}@nordlys.dk")
    server.on_rcpt = lambda address: "550 5.1.1 No such user" if address.startswith("c2") else "250 OK"
    sending.send_due(timezone.now())
    assert len(server.taken) == 4
    assert len(server.sessions) == 1


@pytest.mark.parametrize("after_one", [DROP, "421 4.7.0 One mail a connection"])
def test_a_server_that_ends_each_connection_after_a_mail_gets_all_of_them_once(
    plan: Plan, server: MailServer, after_one: str
) -> None:
    server.after_one = after_one
    with smtp.kept_connection():
        for number in range(3):
            smtp.send(b"Subject: hello\r\n\r\nHello\r\n", sender="ask@nordlys.dk", to=f"c{number}@nordlys.dk")
            time.sleep(0.2)  # until it has hung up
    assert len(server.taken) == len(server.sessions) == 3


def test_a_refusal_at_the_first_word_of_a_new_connection_is_one(server: MailServer) -> None:
    server.on_rcpt = lambda _address: "421 4.3.2 Closing"
    with smtp.kept_connection(), pytest.raises(smtp.Refused, match="421"):
        smtp.send(b"Subject: hello\r\n\r\nHello\r\n", sender="ask@nordlys.dk", to="c@nordlys.dk")
    assert len(server.sessions) == 1


@pytest.mark.parametrize(
    ("says", "status"),
    [(Later(timezone.now() + HOUR), Status.QUEUED), (Never("unsubscribed"), Status.CANCELLED)],
)
def test_one_that_is_to_go_later_or_never_does_not_go(
    plan: Plan, server: MailServer, says: Composed, status: str
) -> None:
    plan.says = says
    mail = make_mail()
    sending.send_one(mail.pk)
    sending.send_due(timezone.now())
    kept = now_of(mail)
    assert (kept.status, server.taken, plan.calls) == (status, [], 1)
    if isinstance(says, Never):
        assert (kept.last_error, plan.failed) == ("unsubscribed", [(Status.CANCELLED, "")])
    else:
        assert isinstance(says, Later)
        assert (kept.retry_at, plan.failed) == (says.at, [])


def test_without_a_mail_server_it_waits_and_is_not_stored(plan: Plan, settings: Any) -> None:
    settings.MAIL_IS_STORED_ONLY = True
    mail = make_mail()
    sending.send_one(mail.pk)
    assert now_of(mail).status == Status.QUEUED
    assert plan.calls == 0


@pytest.mark.parametrize("how", [DROP, SILENT])
def test_a_server_that_breaks_off_after_the_message_makes_the_end_unknown_and_gets_it_no_second_time(
    plan: Plan, server: MailServer, how: str
) -> None:
    server.on_data = lambda _address: how
    mail = make_mail()
    sending.send_one(mail.pk)
    assert now_of(mail).status == Status.UNKNOWN
    assert plan.failed == [(Status.UNKNOWN, "")]
    server.on_data = lambda _address: "250 OK"
    sending.send_due(timezone.now() + 24 * HOUR)
    assert len(server.taken) == 1


def test_a_server_that_breaks_off_before_the_message_gets_it_later(plan: Plan, server: MailServer) -> None:
    server.on_rcpt = lambda _address: DROP
    mail = make_mail()
    sending.send_one(mail.pk)
    assert (now_of(mail).status, now_of(mail).refused_as, server.taken) == (Status.QUEUED, "", [])
    server.on_rcpt = lambda _address: "250 OK"
    sending.send_due(timezone.now() + HOUR)
    assert (now_of(mail).status, len(server.taken)) == (Status.SENT, 1)


@pytest.mark.parametrize("where", ["on_rcpt", "on_data"])
@pytest.mark.parametrize(
    ("answer", "status", "kind"),
    [
        ("550 5.1.1 No such user", Status.FAILED, RefusedAs.ADDRESS),
        ("552 5.2.2 Mailbox full", Status.FAILED, RefusedAs.FULL),
        ("451 4.3.0 Try again", Status.QUEUED, RefusedAs.SOFT),
        ("550 5.7.1 Blocked by policy", Status.FAILED, RefusedAs.POLICY),
        ("554 No", Status.FAILED, RefusedAs.OTHER),
    ],
)
def test_a_refusal_in_the_talk_is_kept_by_its_class(
    plan: Plan, server: MailServer, where: str, answer: str, status: str, kind: str
) -> None:
    setattr(server, where, lambda _address: answer)
    mail = make_mail()
    sending.send_one(mail.pk)
    kept = now_of(mail)
    assert (kept.status, kept.refused_as) == (status, kind)
    assert answer in kept.last_error
    assert plan.failed == ([(Status.FAILED, kind)] if status == Status.FAILED else [])


@pytest.mark.parametrize(
    ("code", "text", "kind", "is_final"),
    [
        (550, "5.1.10 Recipient not found", "address", True),
        (550, "5.2.1 Disabled", "address", True),
        (550, "5.1.7 Bad sender", "other", True),
        (550, "5.1.8 Bad sender", "other", True),
        (550, "5.7.515 Access denied", "policy", True),
        (421, "4.7.26 Unauthenticated", "policy", False),
        (452, "4.2.2 Over quota", "soft", False),
        (550, "No such person", "other", True),
        (550, "5.1.11.3 is no class", "other", True),
    ],
)
def test_the_class_decides(code: int, text: str, kind: str, is_final: bool) -> None:
    refusal = read_refusal(code, text)
    assert (refusal.kind, refusal.is_final) == (kind, is_final)
    assert read_refusal(code, text, of_sender=True).kind == RefusedAs.POLICY

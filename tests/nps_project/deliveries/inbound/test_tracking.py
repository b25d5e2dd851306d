"""What the webhooks of mail services say: who may say it, which mail it is about, and what it means."""

import base64
import json
import logging
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from nps_project.deliveries.inbound import events, sources
from nps_project.deliveries.inbound.events import MailEvent, Outcome
from nps_project.deliveries.inbound.models import MailSource, TakenEvent
from tests.nps_project.deliveries.inbound.conftest import MAIL_ID

pytestmark = pytest.mark.django_db

SECRET = "hook:a-secret-of-32-characters-and-more"
AT = "2026-11-26T10:11:12Z"


@pytest.fixture(autouse=True)
def secret(settings: Any) -> None:
    settings.MAIL_WEBHOOK_SECRET = SECRET


def basic(secret: str = SECRET) -> dict[str, str]:
    return {"authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}


def post(service: str, body: Any, headers: dict[str, str] | None = None) -> int:
    data = body if isinstance(body, bytes) else json.dumps(body)
    sent = Client().post(
        f"/mail/{service}/tracking/",
        data,
        content_type="application/json",
        headers=basic() if headers is None else headers,
    )
    return sent.status_code


def postmark(kind: str, **more: Any) -> dict[str, Any]:
    return {"RecordType": kind, "MessageID": "x", "Metadata": {"delivery": str(MAIL_ID)}} | more


def bounce(type_: str, details: str = "", at: str = AT) -> dict[str, Any]:
    return postmark("Bounce", Type=type_, Details=details, ID=42, BouncedAt=at, Email="c1@nordlys.dk")


def mailgun(event: str, **more: Any) -> dict[str, Any]:
    headers = {"message-id": f"{MAIL_ID}@nordlys.dk"}
    data = {"event": event, "timestamp": 1795687872.5, "message": {"headers": headers}, "recipient": "c1@nordlys.dk"}
    return {"signature": {"token": "t"}, "event-data": data | more}


def brevo(event: str, **more: Any) -> dict[str, Any]:
    return {"event": event, "X-Mailin-custom": json.dumps({"delivery": str(MAIL_ID)}), "ts_epoch": 1795687872000} | more


def mailjet(event: str, **more: Any) -> dict[str, Any]:
    return {"event": event, "time": 1795687872, "Payload": json.dumps({"delivery": str(MAIL_ID)})} | more


def resend(type_: str, **data: Any) -> dict[str, Any]:
    headers = [{"name": "X-Metadata", "value": json.dumps({"delivery": str(MAIL_ID)})}]
    return {
        "type": type_,
        "created_at": AT,
        "data": {"email_id": "e", "to": ["c1@nordlys.dk"], "headers": headers} | data,
    }


def failed(severity: str, reason: str, message: str) -> dict[str, Any]:
    return mailgun("failed", severity=severity, reason=reason, **{"delivery-status": {"code": 550, "message": message}})


def said(kind: str, type_: str) -> dict[str, str]:
    return {"message": f"The recipient's email provider sent a {kind} bounce message.", "type": type_}


SAID = [
    ("postmark", postmark("Delivery", DeliveredAt=AT), "delivered", None),
    ("postmark", bounce("HardBounce", "smtp;550 5.1.1 The email account does not exist"), "bounced", "address"),
    ("postmark", bounce("HardBounce"), "bounced", "address"),
    ("postmark", bounce("HardBounce", "smtp;550 5.7.1 Message rejected due to policy"), "bounced", "policy"),
    ("postmark", bounce("HardBounce", "550 5.7.26 unauthenticated, 550-5.1.1"), "bounced", "policy"),
    ("postmark", bounce("SoftBounce", "smtp;552 5.2.2 mailbox full"), "bounced", "full"),
    ("postmark", bounce("SoftBounce", "smtp;452 4.2.2 mailbox full"), "bounced", "soft"),
    ("postmark", bounce("SoftBounce"), "bounced", "soft"),
    ("postmark", bounce("BadEmailAddress"), "bounced", "address"),
    ("postmark", bounce("Blocked"), "bounced", "policy"),
    ("postmark", bounce("DMARCPolicy"), "bounced", "policy"),
    ("postmark", bounce("SpamComplaint"), "complained", None),
    ("postmark", postmark("SubscriptionChange", SuppressionReason="ManualSuppression"), "unsubscribed", None),
    ("postmark", bounce("Transient"), None, None),
    ("postmark", bounce("AutoResponder"), None, None),
    ("postmark", postmark("Open", ReceivedAt=AT), None, None),
    ("postmark", postmark("Click", ReceivedAt=AT), None, None),
    ("mailgun", mailgun("delivered"), "delivered", None),
    ("mailgun", failed("permanent", "bounce", "5.1.1 no such user"), "bounced", "address"),
    ("mailgun", failed("permanent", "bounce", ""), "bounced", "address"),
    ("mailgun", failed("permanent", "generic", "5.7.515 Access denied"), "bounced", "policy"),
    ("mailgun", failed("temporary", "generic", ""), None, None),
    ("mailgun", mailgun("rejected", reject={"reason": "Sandbox"}), "bounced", "policy"),
    ("mailgun", mailgun("complained"), "complained", None),
    ("mailgun", mailgun("unsubscribed"), "unsubscribed", None),
    ("brevo", brevo("delivered"), "delivered", None),
    ("brevo", brevo("hard_bounce", reason="550 5.1.1 unknown"), "bounced", "address"),
    ("brevo", brevo("hard_bounce"), "bounced", "address"),
    ("brevo", brevo("soft_bounce"), "bounced", "soft"),
    ("brevo", brevo("invalid_email"), "bounced", "address"),
    ("brevo", brevo("blocked"), "bounced", "policy"),
    ("brevo", brevo("spam"), "complained", None),
    ("brevo", brevo("unsubscribe"), "unsubscribed", None),
    ("mailjet", [mailjet("sent")], "delivered", None),
    ("mailjet", mailjet("bounce", hard_bounce=True, error="user unknown"), "bounced", "address"),
    ("mailjet", mailjet("bounce", hard_bounce=False, error="quota exceeded"), "bounced", "soft"),
    ("mailjet", mailjet("blocked", error="content blocked"), "bounced", "policy"),
    ("mailjet", mailjet("spam"), "complained", None),
    ("mailjet", mailjet("unsub"), "unsubscribed", None),
    ("resend", resend("email.delivered"), "delivered", None),
    ("resend", resend("email.bounced", bounce=said("hard", "Permanent")), "bounced", "address"),
    ("resend", resend("email.bounced", bounce=said("general", "Transient")), "bounced", "soft"),
    ("resend", resend("email.complained"), "complained", None),
]  # fmt: skip


@pytest.mark.usefixtures("mail")
@pytest.mark.parametrize(("service", "body", "outcome", "refused_as"), SAID)
def test_each_service_is_understood(
    told: list[MailEvent], service: str, body: Any, outcome: str | None, refused_as: str | None
) -> None:
    assert post(service, body) == 200
    found = [(str(event.outcome), event.about, event.refused_as) for event in told]
    assert found == ([(outcome, "thing:1", refused_as)] if outcome else [])
    source = MailSource.objects.get()
    assert (source.name, source.kind) == (service, "service")
    assert sources.are_bounces_read(timezone.now())


@pytest.mark.usefixtures("mail")
def test_a_redelivery_is_told_once(told: list[MailEvent]) -> None:
    for _time in range(3):
        assert post("postmark", bounce("HardBounce")) == 200
    assert post("postmark", bounce("SpamComplaint", at="2026-11-26T11:00:00Z")) == 200
    assert [event.outcome for event in told] == [Outcome.BOUNCED, Outcome.COMPLAINED]
    assert TakenEvent.objects.count() == 2


@pytest.mark.usefixtures("mail")
def test_what_a_receiver_could_not_do_is_told_again(told: list[MailEvent]) -> None:
    def fail(sender: type, **_more: Any) -> None:
        raise RuntimeError("the receiver")

    events.mail_event.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            post("postmark", bounce("HardBounce"))
    finally:
        events.mail_event.disconnect(fail)
    assert not TakenEvent.objects.exists()
    assert post("postmark", bounce("HardBounce")) == 200
    assert len(told) == 2


def test_mails_that_are_not_ours_change_nothing(told: list[MailEvent]) -> None:
    assert post("postmark", bounce("HardBounce")) == 200
    assert post("postmark", {"RecordType": "Bounce", "MessageID": "somebody's"}) == 200
    assert told == []


@pytest.mark.usefixtures("mail")
@pytest.mark.parametrize(
    "headers",
    [{}, basic("hook:wrong"), basic(""), {"authorization": "Basic %%%"}, {"authorization": f"Bearer {SECRET}"}],
)
def test_whoever_has_no_secret_learns_nothing(told: list[MailEvent], headers: dict[str, str]) -> None:
    answers = []
    for service in ("postmark", "resend", "nobody"):
        sent = Client().post(f"/mail/{service}/tracking/", b"{}", content_type="application/json", headers=headers)
        answers.append((sent.status_code, sent.content, sent["WWW-Authenticate"]))
    assert set(answers) == {(401, b"", 'Basic realm="mail"')}
    assert told == []
    assert not MailSource.objects.exists()


def test_without_a_secret_there_is_no_webhook(settings: Any) -> None:
    settings.MAIL_WEBHOOK_SECRET = ""
    for headers in ({}, basic(), basic(""), basic(":")):
        assert post("postmark", {}, headers) == 404


def test_only_known_services_and_only_post() -> None:
    assert post("nobody", {}) == 404
    assert Client().get("/mail/postmark/tracking/", headers=basic()).status_code == 405


@pytest.mark.usefixtures("mail")
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe{}", 400),
        (b"[" * 200_000, 400),
        (b'{"a":' * 40_000, 400),
        (b"null", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b"{}" + b" " * 262_144, 413),
        (json.dumps(bounce("HardBounce", "5.1.1 " * 30_000)).encode(), 200),
        (json.dumps(postmark("Bounce", Type={"a": 1})).encode(), 400),
        (json.dumps(postmark("Bounce", Metadata=["no", "mapping"])).encode(), 400),
        (json.dumps(postmark("Bounce", Metadata={"delivery": {"x": 1}})).encode(), 200),
        (json.dumps(postmark("Delivery", DeliveredAt="never")).encode(), 200),
    ],
)
def test_what_is_broken_or_huge_is_refused_and_not_logged(
    caplog: pytest.LogCaptureFixture, body: bytes, code: int
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert post("postmark", body) == code
    assert "5.1.1" not in caplog.text
    assert str(MAIL_ID) not in caplog.text


@pytest.mark.usefixtures("mail")
def test_an_event_of_tomorrow_is_one_of_now(told: list[MailEvent]) -> None:
    assert post("postmark", postmark("Delivery", DeliveredAt="2999-01-01T00:00:00Z")) == 200
    assert told[0].at <= timezone.now()

"""A customer's mail goes out by a mail service's API, once, and what the service says is what is stored."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from nps_project.deliveries import composing, handing_over, sending
from nps_project.deliveries.models import Audience, Delivery, Status
from nps_project.deliveries.queueing import ToCompose, queue_composed, queue_mail
from nps_project.health.checks import State, run_checks
from tests.nps_project.deliveries.mail_service import DROP, TAKES, MailService, running

pytestmark = pytest.mark.django_db

TEMPLATE = "test_service"


@pytest.fixture
def service(settings: Any) -> Iterator[MailService]:
    mail = composing.Mail("Hello", "text", "<p>html</p>", {"X-Kind": "ask"})
    composing.add(TEMPLATE, lambda deliveries, _at: {row.pk: mail for row in deliveries})
    with running(settings) as made:
        yield made


def queue(number: int = 1, to: str = "") -> None:
    made = ToCompose(to or f"c{number}@nordlys.dk", "en", dedupe_key=f"k{number}", about=f"thing:{number}")
    queue_composed([made], template=TEMPLATE, audience=Audience.CUSTOMER, at=timezone.now())


def send() -> Delivery:
    sending.send_due(timezone.now() + timedelta(seconds=1))
    return Delivery.objects.get()


def test_a_mail_carries_what_its_webhooks_are_known_by(service: MailService) -> None:
    queue()
    sent = send()
    assert sent.status == Status.SENT
    (taken,) = service.taken
    assert (taken["To"], taken["Subject"], taken["TextBody"]) == ("c1@nordlys.dk", "Hello", "text")
    assert taken["Metadata"] == {"delivery": str(sent.message_id)}
    headers = {header["Name"]: header["Value"] for header in taken["Headers"]}
    assert headers["Message-ID"] == handing_over.message_id_of(sent)
    assert (headers["X-PM-KeepID"], headers["X-Kind"], headers["Auto-Submitted"]) == ("true", "ask", "auto-generated")


def test_mails_of_one_run_share_a_connection(service: MailService) -> None:
    for number in range(3):
        queue(number)
    sending.send_due(timezone.now() + timedelta(seconds=1))
    assert (len(service.taken), len(service.connections)) == (3, 1)


INACTIVE = "Found inactive addresses: c1@nordlys.dk. Inactive recipients are ones that have generated a hard bounce."


@pytest.mark.parametrize(
    ("answer", "status", "refused_as"),
    [
        (TAKES, Status.SENT, ""),
        ((422, {"ErrorCode": 300, "Message": "Invalid 'To' address: 'c1@nordlys.dk'."}), Status.FAILED, "address"),
        ((422, {"ErrorCode": 406, "Message": INACTIVE}), Status.FAILED, "other"),
        ((422, {"ErrorCode": 400, "Message": "The 'From' address is no Sender Signature"}), Status.FAILED, "policy"),
        ((401, {"ErrorCode": 10, "Message": "Bad or missing API token."}), Status.QUEUED, ""),
        ((429, {"ErrorCode": 429, "Message": "Rate limit exceeded"}), Status.QUEUED, ""),
        ((503, {"ErrorCode": 100, "Message": "Maintenance"}), Status.QUEUED, ""),
        ((500, {"ErrorCode": 0, "Message": "Internal"}), Status.UNKNOWN, ""),
        ((502, b"<html>Bad Gateway</html>"), Status.UNKNOWN, ""),
        ((200, b"what is this"), Status.UNKNOWN, ""),
        (DROP, Status.UNKNOWN, ""),
    ],
)
def test_what_the_service_says_is_the_outcome(service: MailService, answer: Any, status: str, refused_as: str) -> None:
    queue()
    service.answer = answer
    found = send()
    assert (found.status, found.refused_as) == (status, refused_as)
    service.answer = TAKES
    again = send()
    assert again.status == (status if status != Status.QUEUED else again.status)
    assert len(service.taken) <= 1


def test_a_service_that_cannot_be_reached_has_taken_nothing(service: MailService, settings: Any) -> None:
    settings.ANYMAIL |= {"POSTMARK_API_URL": "http://127.0.0.1:9/"}
    queue()
    found = send()
    assert (found.status, found.attempts) == (Status.QUEUED, 1)
    assert "NotNow" in found.last_error


def test_staff_mails_go_by_the_service_too(service: MailService) -> None:
    queue_mail(
        template="password_reset", to="ada@nordlys.dk", language="en", dedupe_key="one",
        context={"name": "Ada", "link": "https://nps.nordlys.dk/x"},
    )  # fmt: skip
    assert send().status == Status.SENT
    assert service.taken[0]["To"] == "ada@nordlys.dk"
    service.answer = (401, {"ErrorCode": 10, "Message": "Bad or missing API token."})
    Delivery.objects.update(status=Status.QUEUED)
    assert send().status == Status.QUEUED


@pytest.mark.usefixtures("service")
def test_doctor_says_where_mails_go() -> None:
    found = {check.part: result for check, result in run_checks(thoroughly=True)}["mail"]
    assert (found.state, found.message) == (State.OK, "mails go to Postmark, by its API")

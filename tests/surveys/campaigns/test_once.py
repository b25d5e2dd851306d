"""Nobody is asked twice: over a real mail server that misbehaves, with two triggers, two workers and killed senders."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from nps_project.deliveries import sending, smtp
from nps_project.deliveries.models import Delivery, Status
from surveys.campaigns import asking
from surveys.models import AskReason, Contact, Invitation
from tests.factories import make_survey
from tests.nps_project.deliveries.mail_server import DROP, SILENT, MailServer
from tests.sizes import sized

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = sized(100, 200)
HOURS_APART = 7


class Killed(BaseException):
    """A worker's end at a moment that it does not choose."""


def in_thread(act: Callable[[], Any]) -> Any:
    try:
        return act()
    finally:
        connection.close()


@pytest.fixture
def killing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One talk in ten ends with its worker: half before the mail went out, half after the server took it."""
    chance, talk = random.Random(7), smtp.send

    def dies(*given: Any, **named: Any) -> None:
        fate = chance.random()
        if fate < 0.05:
            raise Killed
        talk(*given, **named)
        if fate > 0.95:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(smtp, "send", dies)
        yield


def work(hours: int) -> None:
    """A worker, which is started again when it was killed."""
    while True:
        try:
            asking.look(timezone.now())
            sending.send_due(timezone.now() + timedelta(hours=hours))
            return
        except Killed:
            continue


def test_two_triggers_and_two_workers_at_the_same_second_ask_a_person_once(server: MailServer, killing: None) -> None:
    server.silence_s = 2.5  # longer than the product waits
    answers = {
        1: "451 4.3.0 Later", 2: "550 5.1.1 Nobody", 3: "550 5.7.1 Policy", 4: DROP,
    }  # fmt: skip
    tries: Counter[str] = Counter()

    def number_of(address: str) -> int:
        return int(address[1:].partition("@")[0])

    def on_rcpt(address: str) -> str:
        tries[address] += 1
        kind = number_of(address) % 20
        if kind in (1, 4) and tries[address] > 1:
            return "250 OK"
        return answers.get(kind, "250 OK")

    server.on_rcpt = on_rcpt
    server.on_data = lambda address: (
        SILENT if number_of(address) == 5 else DROP if number_of(address) % 20 == 6 else "250 OK"
    )
    survey, now = make_survey(), timezone.now()
    asking.look(now)
    people = Contact.objects.bulk_create(
        Contact(email=f"c{number}@nordlys.dk", name=f"C {number}") for number in range(PEOPLE)
    )

    def trigger(contact: Contact) -> Invitation:
        return in_thread(lambda: asking.ask_by_mail(survey=survey, contact=contact, at=timezone.now()))  # type: ignore[no-any-return]

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(trigger, [person for person in people for _twice in range(2)]))
    assert Counter(one.status for one in made) == {"waiting": PEOPLE, "skipped": PEOPLE}
    for round_number in range(4):
        with ThreadPoolExecutor(2) as pool:
            hours = round_number * HOURS_APART
            list(pool.map(lambda _number, hours=hours: in_thread(lambda: work(hours)), range(2)))
        sending.release_stuck(timezone.now() + timedelta(minutes=11))
    for hours in range(48, 60):  # what a killed worker had taken is free again after two minutes
        work(hours)
    sending.release_stuck(timezone.now() + timedelta(minutes=11))

    mails = Counter(str(taken["To"]) for taken in server.taken)
    assert max(mails.values()) == 1, "nobody got two"
    asked = Invitation.objects.exclude(status="skipped").select_related("contact")
    assert asked.count() == PEOPLE
    for one in asked:
        got = mails[one.contact.email or ""]
        if one.status == "sent":
            assert got == 1
        elif one.status != "unknown":
            assert one.reason in AskReason.values
            assert got == 0
    states = Counter(asked.values_list("status", flat=True))
    assert 0 < states["bounced"] <= PEOPLE // 20
    assert 0 < states["held"] <= PEOPLE // 20
    assert states["unknown"] > 0
    assert states["sent"] > PEOPLE * 3 // 5
    assert states["waiting"] == 0
    assert not Delivery.objects.filter(status__in=(Status.QUEUED, Status.IN_FLIGHT)).exists()

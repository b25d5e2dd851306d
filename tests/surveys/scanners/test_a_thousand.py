"""A thousand mails, four kinds of programs that check them, and people beside them: no false score counts anywhere.

Everything goes through the pages. `crowd` says who does what; the programs come 43 seconds after the mails, as most do.
Of the mails that programs alone open, `make test` has a fifth.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from followup.models import Ticket
from followup.tickets import opening
from nps_project.background import sweep
from surveys.models import Contact, Invitation, InvitationStatus, Response, Survey, Unsubscription
from surveys.scanners import looking, openings, taps
from surveys.services import tallies
from surveys.statistics import nps_figures
from tests.sizes import sized
from tests.surveys.scanners.conftest import browser, links_of, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)

Visit = Callable[[Client, Invitation], None]


def opens_all(client: Client, invitation: Invitation) -> None:
    for link in links_of(invitation):
        assert client.get(link).status_code == 200


def opens_the_first(client: Client, invitation: Invitation) -> None:
    client.get(links_of(invitation)[0])


def opens_the_first_number(client: Client, invitation: Invitation) -> None:
    """It runs the page's script, which sends nothing by itself (tests/browser/test_tap.py)."""
    link = f"{page_of(invitation)}?score=0"
    if invitation.pk % 10 == 0:
        client.head(link)
    assert "tap" in client.get(link).content.decode()


def presses_send_on_each(client: Client, invitation: Invitation) -> None:
    for link in links_of(invitation)[:-1]:
        client.get(link)
        if "score=" in link:
            assert client.post(link, {"score": link.rpartition("=")[2]}).status_code == 303


PROGRAMS: dict[Visit, int] = {
    opens_all: sized(20, 60),
    opens_the_first: sized(60, 350),
    opens_the_first_number: sized(60, 350),
    presses_send_on_each: sized(10, 20),
}
PEOPLE = 220


@cache
def _client() -> Client:
    return browser()


def person_at(number: int) -> Client:
    """The one client, now with another address: making a new one takes longer than what it does here."""
    client = _client()
    client.defaults["REMOTE_ADDR"] = f"192.0.2.{number}"
    return client


@dataclass
class Crowd:
    """The mails of each kind, and what people said: `sent` with Send, `tapped` without, each by invitation."""

    survey: Survey
    sent_at: datetime
    scanned: dict[Visit, list[Invitation]] = field(default_factory=dict)
    sent: dict[int, int] = field(default_factory=dict)
    tapped: dict[int, tuple[str, int]] = field(default_factory=dict)


def mails(survey: Survey, sent_at: datetime, domains: list[str], number: int, first: int) -> list[Invitation]:
    contacts = Contact.objects.bulk_create(
        Contact(email=f"c{first + n}@{domains[n % len(domains)]}", name=f"Customer {first + n}", language="en")
        for n in range(number)
    )
    return Invitation.objects.bulk_create(
        Invitation(
            survey=survey, contact=contact, channel="email", status="sent", language="en", address=contact.email or "",
            asked_at=sent_at, sent_at=sent_at,
        )
        for contact in contacts
    )  # fmt: skip


def tap(client: Client, invitation: Invitation, score: int) -> None:
    html = client.get(f"{page_of(invitation)}?score={score}").content.decode()
    found = re.search(r'data-page="([^"]+)"', html)
    assert found is not None
    sent = {"page": found[1], "score": str(score), "act": "touch"}
    assert client.post(f"{page_of(invitation)}tap/", sent).status_code == 204


def send(client: Client, invitation: Invitation, score: int, crowd: Crowd) -> None:
    assert client.post(page_of(invitation), {"score": str(score), "comment": "mine"}).status_code == 303
    crowd.sent[invitation.pk] = score


def sweeps() -> None:
    openings.writer.flush()
    sweep.run(looking.LOOK, timezone.now())
    sweep.run(taps.SETTLE, timezone.now())
    opening.open_missed(timezone.now())


@pytest.fixture
def crowd(survey: Survey) -> Iterator[Crowd]:
    """All of them came, and an hour of quiet went by."""
    crowd = Crowd(survey, timezone.now())
    with time_machine.travel(crowd.sent_at, tick=False) as clock:
        first = 0
        for kind, (program, number) in enumerate(PROGRAMS.items()):
            domains = [f"kind{kind}-{n}.dk" for n in range(5)] + ["gmail.com"]
            crowd.scanned[program] = mails(survey, crowd.sent_at, domains, number, first)
            first += number
        quiet = mails(survey, crowd.sent_at, [f"quiet{n}.dk" for n in range(8)] + ["gmail.com"], PEOPLE - 40, first)
        beside = mails(survey, crowd.sent_at, [f"kind0-{n}.dk" for n in range(5)], 40, first + PEOPLE - 40)

        clock.shift(5 * SECOND)  # quick people, before any program
        for n, invitation in enumerate(quiet[:30]):
            person = person_at(n)
            person.get(f"{page_of(invitation)}?score={n % 11}")
            send(person, invitation, n % 11, crowd)
        clock.shift(38 * SECOND)
        for program, invitations in crowd.scanned.items():
            client = person_at(200)
            for invitation in invitations:
                program(client, invitation)
        clock.shift(60 * SECOND)
        sweeps()

        clock.shift(3 * MINUTE)
        _people(crowd, quiet[30:60], "soon")
        for n, invitation in enumerate(quiet[60:90]):  # a slip of the finger, the other number, Send
            person = person_at(n)
            for score in (n % 10, n % 10 + 1):
                person.get(f"{page_of(invitation)}?score={score}")
            send(person, invitation, n % 10 + 1, crowd)
        clock.shift(40 * MINUTE)
        _people(crowd, quiet[90:150], "later")
        _people(crowd, beside[:20], "beside programs")
        for n, invitation in enumerate(beside[20:]):
            person = person_at(n)
            person.get(f"{page_of(invitation)}?score={n % 11}")
            send(person, invitation, n % 11, crowd)
        clock.shift(60 * MINUTE)
        sweeps()
        yield crowd


def _people(crowd: Crowd, invitations: list[Invitation], when: str) -> None:
    """They tap a number, touch the page, and go."""
    for n, invitation in enumerate(invitations):
        tap(person_at(n), invitation, n % 11)
        crowd.tapped[invitation.pk] = (when, n % 11)


def counting() -> dict[int, int]:
    return dict(Response.objects.confirmed().values_list("invitation", "score"))


def test_no_false_score_counts_no_link_is_spent_and_nobody_is_unsubscribed(
    crowd: Crowd, capsys: pytest.CaptureFixture[str]
) -> None:
    assert Invitation.objects.count() == sum(PROGRAMS.values()) + PEOPLE == sized(370, 1_000)
    counted = counting()

    # Nothing that a program gave counts, and all that people sent does.
    false = set(counted) - set(crowd.sent) - set(crowd.tapped)
    assert false == set()
    assert {pk: counted.get(pk) for pk in crowd.sent} == crowd.sent
    assert all(counted.get(pk, score) == score for pk, (_when, score) in crowd.tapped.items())
    assert nps_figures(Survey.objects.all()).responses == len(counted)
    assert tallies.differences() == []
    assert not Ticket.objects.exclude(response__invitation__in=counted).exists()
    waiting = Response.objects.doubtful()
    assert waiting.filter(invitation__in=crowd.scanned[presses_send_on_each]).count() == PROGRAMS[presses_send_on_each]

    # The share of true taps that do not count by themselves; they wait for Send or a person, and none is gone.
    lost: dict[str, list[bool]] = {}
    for pk, (when, _score) in crowd.tapped.items():
        lost.setdefault(when, []).append(pk not in counted)
    assert {when: sum(found) / len(found) for when, found in lost.items()} == {
        "soon": 1.0, "later": 0.0, "beside programs": 1.0,
    }  # fmt: skip
    assert waiting.filter(invitation__in=crowd.tapped).count() == sum(map(sum, lost.values()))
    with capsys.disabled():
        total = sum(map(sum, lost.values())) / len(crowd.tapped)
        print(f"\ntrue taps that wait for Send or a person: {total:.0%} of {len(crowd.tapped)}")

    assert not Unsubscription.objects.exists()
    assert not Contact.objects.filter(unsubscribed_at__isnull=False).exists()
    assert not Invitation.objects.filter(status=InvitationStatus.REVOKED).exists()

    # Each customer whose mail a program opened still answers, and that counts.
    with time_machine.travel(timezone.now() + 90 * DAY, tick=False):
        later = [invitation for found in crowd.scanned.values() for invitation in found[::15]]
        for n, invitation in enumerate(later):
            person = person_at(n)
            send(person, invitation, n % 11, crowd)
        sweeps()
    counted = counting()
    assert {pk: counted.get(pk) for pk in crowd.sent} == crowd.sent
    assert tallies.differences() == []

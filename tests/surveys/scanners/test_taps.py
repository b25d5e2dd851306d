"""A score tapped in a mail counts without Send after a quiet time, when all conditions hold; else it waits."""

import gzip
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from followup.models import Ticket
from followup.tickets import opening
from nps_project.background import sweep
from nps_project.deliveries.models import Delivery
from surveys.models import Invitation, Response, ResponseChange, Survey
from surveys.scanners import looking, openings, taps
from surveys.scanners.models import OpenedMail, Tap
from surveys.services import decisions, tallies
from surveys.statistics import nps_figures
from tests.surveys.scanners.conftest import MakeMail, browser, page_of

pytestmark = pytest.mark.usefixtures("no_limits")
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def the_sum_is_the_recount(db: None) -> Iterator[None]:
    yield
    assert tallies.differences() == []


def tap_page(client: Client, invitation: Invitation, score: int) -> dict[str, str]:
    """What the page's script would send after this number of the mail was tapped."""
    html = client.get(f"{page_of(invitation)}?score={score}").content.decode()
    found = re.search(r'data-page="([^"]*)"', html)
    return {"page": found[1], "score": str(score), "act": "pointer"} if found and found[1] else {}


def tap(invitation: Invitation, number: int, client: Client | None = None, /, **changed: str) -> int:
    client = client or browser()
    return client.post(f"{page_of(invitation)}tap/", tap_page(client, invitation, number) | changed).status_code


def settle(after: timedelta = 30 * MINUTE) -> datetime:
    openings.writer.flush()
    at = timezone.now() + after
    sweep.run(looking.LOOK, at)
    sweep.run(taps.SETTLE, at)
    opening.open_missed(at + MINUTE)
    return at


def counted() -> int:
    return nps_figures(Survey.objects.all()).responses


def signs() -> list[str]:
    evidence = Response.objects.get().evidence
    assert evidence is not None
    return list(evidence["signs"])


def test_a_tap_counts_after_thirty_quiet_minutes_from_the_tap_on(mailed: Invitation) -> None:
    assert tap(mailed, 2) == 204
    response = Response.objects.get()
    assert (response.state, response.score, response.is_doubtful, response.channel) == (
        "provisional", 2, False, "personal",
    )  # fmt: skip

    settle(30 * MINUTE - SECOND)
    assert (counted(), Ticket.objects.count(), Tap.objects.count()) == (0, 0, 1)
    assert Invitation.objects.get().status == "answered", "who answered is not reminded"

    settle()
    response = Response.objects.get()
    assert (response.state, response.confirmed_at, signs()) == ("confirmed", None, [])
    assert (counted(), Tap.objects.count()) == (1, 0)
    ticket = Ticket.objects.get()
    assert ticket.clock_from == response.answered_at
    hours = ticket.play.hours
    assert hours is not None
    assert ticket.first_contact_due_at == response.answered_at + timedelta(hours=float(hours))


def test_the_page_of_a_score_has_a_small_script_and_no_other_page_has_one(mailed: Invitation) -> None:
    page = page_of(mailed)
    assert 'src="/static/js/tap' in browser().get(f"{page}?score=3").content.decode()
    assert "<script" not in browser().get(page).content.decode()
    assert "<script" not in browser().get("/s/autumn/?score=3").content.decode()
    assert "<script" not in browser().post(f"{page}?score=3", {"score": "44"}).content.decode()
    handed_over = Invitation.objects.create(survey=mailed.survey, contact=mailed.contact)
    assert "<script" not in browser().get(f"{page_of(handed_over)}?score=3").content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Noted. Send adds your words."),
        ("nl", "Genoteerd. Met Verstuur voegt u er woorden aan toe."),
        ("da", "Noteret. Send tilføjer dine ord."),
    ],
)
def test_the_page_says_so_in_the_customers_language(mailed: Invitation, language: str, words: str) -> None:
    assert tap(mailed, 3) == 204
    html = browser().get(f"{page_of(mailed)}?lang={language}").content.decode()
    assert f">{words}<" in html
    assert 'value="3" class="low band-3" checked' in html


def test_the_page_with_its_sheet_and_its_script_travels_in_eight_kibibytes(mailed: Invitation) -> None:
    shown = browser().get(f"{page_of(mailed)}?score=3", headers={"Accept-Encoding": "gzip"})
    html = gzip.decompress(shown.content).decode()
    loaded = re.findall(r'(?:src|href)="(/[^"]*|https?:[^"]*)"', html)
    assert len(loaded) == 2, loaded
    files = [settings.STATIC_ROOT / f"{name.removeprefix(settings.STATIC_URL)}.gz" for name in loaded]

    headers = sum(len(f"{name}: {value}\r\n") for name, value in shown.headers.items())
    weight = len(shown.content) + headers + sum(file.stat().st_size for file in files)
    assert weight + 1024 + 512 <= 8 * 1024, weight  # the other headers, of page and sheet and of the script


@pytest.mark.parametrize(
    "changed",
    [{"page": ""}, {"page": "made-up"}, {"score": "11"}, {"score": ""}, {"act": "load"}, {"act": ""}],
)
def test_what_is_no_tap_is_refused(mailed: Invitation, changed: dict[str, str]) -> None:
    assert tap(mailed, 3, **changed) == 422
    assert not Response.objects.exists()


def test_the_page_of_another_customer_is_no_page(make_mail: MakeMail) -> None:
    one, other = make_mail(1), make_mail(2)
    assert tap(one, 3, page=tap_page(browser(), other, 3)["page"]) == 422


def test_looking_at_its_address_does_nothing_and_closed_doors_are_closed(mailed: Invitation) -> None:
    client = browser()
    sent, address = tap_page(client, mailed, 3), f"{page_of(mailed)}tap/"
    assert client.get(address).status_code == 405
    assert client.head(address).status_code == 405
    assert client.post("/r/nobody/tap/", sent).status_code == 404
    for status, code in (("paused", 503), ("closed", 410)):
        Survey.objects.update(status=status)
        assert client.post(address, sent).status_code == code
    Survey.objects.update(status="live")
    Invitation.objects.update(status="revoked")
    assert client.post(address, sent).status_code == 410
    assert not Response.objects.exists()


def test_the_last_tap_counts_and_its_quiet_time_begins_anew(mailed: Invitation) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        tap(mailed, 2)
        first = timezone.now()
        clock.shift(20 * MINUTE)
        tap(mailed, 9)
        settle(29 * MINUTE)
        assert counted() == 0
        settle()
    response = Response.objects.get()
    assert (response.score, response.state, response.answered_at) == (9, "confirmed", first)
    assert not Ticket.objects.exists()


def test_send_corrects_a_tap_at_once_and_leaves_no_history_of_it(mailed: Invitation) -> None:
    tap(mailed, 2)
    assert browser().post(page_of(mailed), {"score": "9", "comment": "a slip"}).status_code == 303
    settle()
    response = Response.objects.get()
    assert (response.score, response.comment, response.state, response.confirmed_at) == (9, "a slip", "confirmed", None)
    assert [said["score"] for said in response.evidence["replaced"]] == [2]  # type: ignore[index]
    assert not ResponseChange.objects.exists()
    assert not Ticket.objects.exists()
    assert counted() == 1


def test_after_send_a_tap_changes_nothing(mailed: Invitation) -> None:
    client = browser()
    sent = tap_page(client, mailed, 2)
    client.post(page_of(mailed), {"score": "9"})
    assert client.post(f"{page_of(mailed)}tap/", sent).status_code == 409
    assert Response.objects.get().score == 9
    assert tap_page(client, mailed, 2) == {}
    assert not Tap.objects.exists()


def test_a_tap_soon_after_the_mail_waits_for_send_or_a_person(make_mail: MakeMail) -> None:
    mailed = make_mail(sent_at=timezone.now() - 29 * MINUTE)
    tap(mailed, 2)
    settle()
    assert (signs(), Response.objects.get().is_doubtful, counted()) == (["too_soon"], True, 0)
    assert not Ticket.objects.exists()

    assert browser().post(page_of(mailed), {"score": "2"}).status_code == 303
    response = Response.objects.get()
    assert (response.state, counted()) == ("confirmed", 1)
    assert response.confirmed_at is not None
    opening.open_missed(timezone.now() + MINUTE)
    assert Ticket.objects.get().clock_from == response.confirmed_at


def test_a_reminder_begins_the_first_half_hour_anew(mailed: Invitation) -> None:
    sent_at = timezone.now() - 5 * MINUTE
    Delivery.objects.create(
        dedupe_key="reminder", to_address="c1@nordlys.dk", about=f"invitation:{mailed.pk}", status="sent",
        sent_at=sent_at,
    )  # fmt: skip
    tap(mailed, 2)
    settle()
    assert signs() == ["too_soon"]


def test_a_person_may_tap_again_when_their_first_score_waits(make_mail: MakeMail) -> None:
    mailed = make_mail(sent_at=timezone.now() - MINUTE)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        tap(mailed, 10)  # perhaps a program's
        settle()
        assert signs() == ["too_soon"]
        clock.shift(2 * DAY)
        assert tap(mailed, 1) == 204
        again = timezone.now()
        settle()
    response = Response.objects.get()
    assert (response.state, response.score, response.counts_from) == ("confirmed", 1, again)
    assert Ticket.objects.get().clock_from == again


@pytest.mark.parametrize(
    ("number", "agent", "expected"),
    [(1, "Mozilla/5.0", []), (2, "Mozilla/5.0", ["other_place"]), (1, "Other", ["other_agent"])],
)
def test_it_comes_from_the_client_that_fetched_the_page(
    mailed: Invitation, number: int, agent: str, expected: list[str]
) -> None:
    sent = tap_page(browser(), mailed, 8)
    assert browser(number, agent).post(f"{page_of(mailed)}tap/", sent).status_code == 204
    settle()
    assert signs() == expected


def test_a_second_link_beside_it_makes_it_wait(mailed: Invitation) -> None:
    tap(mailed, 8)
    browser(7).get(f"{page_of(mailed)}check/2/")
    settle()
    assert signs() == ["decoy", "second_link"]
    assert Response.objects.get().evidence["links"] == ["decoy-2", "score-8"]  # type: ignore[index]


def test_a_tap_whose_opening_was_not_written_waits(mailed: Invitation) -> None:
    tap(mailed, 8)
    openings.writer.write_by_hand()  # what waited is gone
    settle()
    assert signs() == ["no_opening"]


def scanned(make_mail: MakeMail, *addresses: str) -> None:
    """Programs open all links of a mail to each of these."""
    for number, address in enumerate(addresses, start=100):
        invitation = make_mail(number, address)
        browser(9).get(f"{page_of(invitation)}check/1/")
    settle(MINUTE)


def test_where_programs_check_the_mails_of_a_domain_only_send_counts(make_mail: MakeMail) -> None:
    scanned(make_mail, "a@nordlys.dk", "b@nordlys.dk", "x@other.dk", "a@gmail.com")
    for number, (address, expected) in enumerate(
        [
            ("c@Nordlys.dk", ["scanned_domain"]),
            ("c@other.dk", []),  # one recipient only
            ("c@gmail.com", []),  # where strangers share a domain each address is by itself
            ("A@gmail.com", ["scanned_domain"]),
        ],
        start=1,
    ):
        mailed = make_mail(number, address)
        tap(mailed, 8)
        settle()
        assert Response.objects.get(invitation=mailed).evidence["signs"] == expected, address  # type: ignore[index]


def test_what_was_learnt_of_a_domain_is_forgotten_after_ninety_days(make_mail: MakeMail) -> None:
    with time_machine.travel(timezone.now() - 91 * DAY, tick=False):
        scanned(make_mail, "a@nordlys.dk", "b@nordlys.dk")
    assert OpenedMail.objects.count() == 2
    assert not taps.is_domain_scanned("c@nordlys.dk", timezone.now())
    assert taps.is_domain_scanned("c@nordlys.dk", timezone.now() - 3 * DAY)
    assert looking.forget(timezone.now()) == 2
    assert not OpenedMail.objects.exists()


@pytest.mark.parametrize("decision", ["accept", "discard"])
def test_a_person_decides_before_the_quiet_time_is_over(mailed: Invitation, decision: str) -> None:
    tap(mailed, 8)
    response_id = Response.objects.get().pk
    if decision == "accept":
        decisions.accept_response(response_id=response_id, by=None)
    else:
        decisions.discard_response(response_id=response_id, by=None, reason="a test")
    settle()
    assert (Response.objects.get().state, Tap.objects.count()) == (
        "confirmed" if decision == "accept" else "discarded",
        0,
    )


@pytest.mark.parametrize("is_settled", [False, True])
def test_a_discarded_tap_that_is_brought_back_is_decided_about(mailed: Invitation, is_settled: bool) -> None:
    tap(mailed, 8)
    response_id = Response.objects.get().pk
    decisions.discard_response(response_id=response_id, by=None, reason="a test")
    if is_settled:
        settle()
    decisions.restore_response(response_id=response_id, by=None)
    settle()
    response = Response.objects.get()
    assert (response.state, response.is_doubtful) == (("provisional", True) if is_settled else ("confirmed", False))


def test_a_second_sweep_changes_nothing(mailed: Invitation, django_capture_on_commit_callbacks: Any) -> None:
    tap(mailed, 2)
    at = settle()
    before = Response.objects.values().get()
    with django_capture_on_commit_callbacks() as told:
        assert sweep.run(taps.SETTLE, at + DAY) == 0
    assert (told, Response.objects.values().get()) == ([], before)

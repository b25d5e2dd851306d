"""Send counts, unless links of that mail were opened beside it as programs do: then the answer waits for a person."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from followup.models import ActivityKind, Ticket
from followup.tickets import opening
from nps_project.background import sweep
from surveys.models import Invitation, Response, ResponseChange, Survey
from surveys.scanners import looking, openings
from surveys.scanners.models import Opening
from surveys.services import decisions, tallies
from surveys.statistics import nps_figures
from tests.surveys.scanners.conftest import browser, links_of, page_of

pytestmark = pytest.mark.usefixtures("no_limits")
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def the_sum_is_the_recount(db: None) -> Iterator[None]:
    yield
    assert tallies.differences() == []


@pytest.fixture
def client() -> Client:
    return browser()


def send(client: Client, invitation: Invitation, score: int, comment: str = "") -> str:
    sent = client.post(page_of(invitation), {"score": str(score), "comment": comment})
    assert sent.status_code == 303, "it is thanked in any case"
    return client.get(sent["Location"]).content.decode()


def open_all(client: Client, invitation: Invitation) -> None:
    for link in links_of(invitation):
        client.get(link)


def look(after: timedelta = 16 * SECOND) -> None:
    openings.writer.flush()
    at = timezone.now() + after
    sweep.run(looking.LOOK, at)
    opening.open_missed(at)


def counted() -> int:
    return nps_figures(Survey.objects.all()).responses


def test_it_counts_when_one_link_was_opened(mailed: Invitation, client: Client) -> None:
    client.get(f"{page_of(mailed)}?score=2")
    send(client, mailed, 2)
    look()
    assert (Response.objects.get().state, Response.objects.get().evidence, counted()) == ("confirmed", None, 1)
    assert Ticket.objects.count() == 1


def test_beside_a_decoy_it_waits_and_is_thanked_all_the_same(mailed: Invitation, client: Client) -> None:
    client.get(f"{page_of(mailed)}check/1/")
    thanks = send(client, mailed, 2, "very slow")
    look()

    response = Response.objects.get()
    assert (response.state, response.comment, response.is_doubtful) == ("provisional", "very slow", True)
    assert response.evidence == {"why": "scanner", "signs": ["decoy"], "links": ["decoy-1"]}
    assert "very slow" in thanks
    assert "We will contact you" not in thanks
    assert (counted(), Ticket.objects.count()) == (0, 0)


def test_it_waits_for_no_opening_to_be_written(
    mailed: Invitation, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get(f"{page_of(mailed)}check/1/")
    monkeypatch.setattr(Opening.objects, "bulk_create", pytest.fail)
    send(client, mailed, 2)
    assert Response.objects.get().is_doubtful


def test_accepted_it_enters_figures_and_tickets_once_and_its_clock_begins_then(
    mailed: Invitation, client: Client
) -> None:
    open_all(client, mailed)
    send(client, mailed, 2)
    look()
    assert counted() == 0
    response_id = Response.objects.get().pk

    assert decisions.accept_response(response_id=response_id, by=None)
    assert not decisions.accept_response(response_id=response_id, by=None)
    look(20 * SECOND)  # openings from before the decision take nothing back
    look(HOUR)

    response = Response.objects.get()
    assert (response.state, counted()) == ("confirmed", 1)
    assert Ticket.objects.get().clock_from == response.confirmed_at
    assert response.evidence is not None, "what told so stays with it"


def test_discarded_and_restored_it_waits_again(mailed: Invitation, client: Client) -> None:
    open_all(client, mailed)
    send(client, mailed, 2)
    response_id = Response.objects.get().pk
    assert decisions.discard_response(response_id=response_id, by=None, reason="a program")
    assert decisions.restore_response(response_id=response_id, by=None)
    look()
    assert (Response.objects.get().is_doubtful, counted(), Ticket.objects.count()) == (True, 0, 0)


def test_what_is_opened_right_after_it_takes_it_back(mailed: Invitation, client: Client) -> None:
    client.get(f"{page_of(mailed)}?score=1")
    send(client, mailed, 1)
    opening.open_missed(timezone.now() + 6 * SECOND)
    ticket = Ticket.objects.get()
    assert counted() == 1

    client.get(f"{page_of(mailed)}?score=2")
    client.get(f"{page_of(mailed)}?score=3")
    look()

    response = Response.objects.get()
    assert (response.is_doubtful, response.evidence["signs"], counted()) == (True, ["many_links"], 0)  # type: ignore[index]
    ticket.refresh_from_db()
    assert (ticket.status, ticket.outcome) == ("resolved", "no_action")
    assert ticket.activities.filter(kind=ActivityKind.ANSWER_DISCARDED, data__waits=True).exists()

    decisions.accept_response(response_id=response.pk, by=None)
    look(HOUR)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.outcome, counted()) == ("open", None, 1)


def test_the_ticket_of_one_that_waits_is_marked_though_the_message_was_lost(mailed: Invitation, client: Client) -> None:
    send(client, mailed, 1)
    opening.open_missed(timezone.now() + 6 * SECOND)
    openings.writer.flush()
    client.get(f"{page_of(mailed)}check/2/")
    openings.writer.flush()
    sweep.run(looking.LOOK, timezone.now() + 16 * SECOND)
    assert Ticket.objects.get().status == "open"
    assert opening.open_missed(timezone.now() + MINUTE) == 1
    assert Ticket.objects.get().status == "resolved"
    assert opening.open_missed(timezone.now() + MINUTE) == 0


@pytest.mark.parametrize("opens_first", [True, False])
def test_a_program_that_presses_send_on_every_page_counts_nowhere(
    mailed: Invitation, client: Client, opens_first: bool
) -> None:
    if opens_first:
        open_all(client, mailed)
    for link in links_of(mailed)[:-1]:
        client.get(link)
        if "score=" in link:
            assert client.post(link, {"score": link.rpartition("=")[2]}).status_code == 303
    look()
    assert (Response.objects.get().is_doubtful, counted(), Ticket.objects.count()) == (True, 0, 0)
    assert len(Response.objects.get().evidence["replaced"]) == 10  # type: ignore[index]


@pytest.mark.parametrize("is_discarded", [False, True])
def test_the_customers_own_send_afterwards_counts(mailed: Invitation, client: Client, is_discarded: bool) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        open_all(client, mailed)
        send(client, mailed, 0)
        look()
        if is_discarded:
            decisions.discard_response(response_id=Response.objects.get().pk, by=None, reason="a program")
        clock.shift(60 * DAY)  # long after answers may be changed: the link was never theirs
        person = browser(5)
        assert person.get(f"{page_of(mailed)}?score=9").status_code == 200
        send(person, mailed, 9, "splendid")
        look()
        sent_at = timezone.now()
    response = Response.objects.get()
    assert (response.state, response.score, response.counts_from, counted()) == ("confirmed", 9, sent_at, 1)
    assert not ResponseChange.objects.exists(), "what a program gave is no history of the customer's answer"
    assert not Ticket.objects.exists()


def test_a_program_does_not_change_an_answer_that_counts(mailed: Invitation, client: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        send(client, mailed, 2, "very slow")
        look()
        clock.shift(2 * DAY)  # they forward the mail
        open_all(browser(9), mailed)
        send(browser(9), mailed, 10)
        look()
    response = Response.objects.get()
    assert (response.state, response.score, response.comment, counted()) == ("confirmed", 2, "very slow", 1)
    assert [said["score"] for said in response.evidence["set_aside"]] == [10]  # type: ignore[index]
    assert Ticket.objects.get().status == "open"


def test_nor_when_its_other_links_are_opened_after_it(mailed: Invitation, client: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        send(client, mailed, 2, "very slow")
        look()
        clock.shift(2 * DAY)
        send(browser(9), mailed, 10)
        clock.shift(SECOND)
        open_all(browser(9), mailed)
        look()
    response = Response.objects.get()
    assert (response.state, response.score, response.comment, counted()) == ("confirmed", 2, "very slow", 1)
    assert [said["score"] for said in response.evidence["set_aside"]] == [10]  # type: ignore[index]
    assert Ticket.objects.get().status == "open"


def test_people_who_change_their_mind_or_slip_count(mailed: Invitation, client: Client) -> None:
    client.get(f"{page_of(mailed)}?score=7")
    client.get(f"{page_of(mailed)}?score=8")
    send(client, mailed, 8)
    client.get(page_of(mailed))  # "change your answer"
    send(client, mailed, 9)
    look()
    assert (Response.objects.get().state, Response.objects.get().score, counted()) == ("confirmed", 9, 1)

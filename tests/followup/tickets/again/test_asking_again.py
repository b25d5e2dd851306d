"""From a resolved ticket to the customer's second answer, and back to the ticket."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from followup.causes import services as causes
from followup.history import chain
from followup.models import Play, RootCause, Ticket
from followup.playbooks import services as playbooks
from followup.tickets import actions, opening
from followup.tickets.again import asking as again
from nps_project.accounts.models import User
from nps_project.background import sweep
from nps_project.deliveries import sending
from surveys.campaigns import asking
from surveys.models import AskDecision, Contact, Invitation, Response, Survey, Tally, Unsubscription
from surveys.services.decisions import discard_response, restore_response
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user
from tests.nps_project.deliveries.mail_server import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("looked")]

DAYS = 14
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def by() -> User:
    causes.ensure_defaults()
    return make_user("bea")


@pytest.fixture
def survey(by: User) -> Survey:
    """Its plays ask again."""
    made = make_survey()
    playbooks.ensure_default()
    Play.objects.update(ask_again_days=DAYS)
    return made


def ticket_of(survey: Survey, score: int = 3, **fields: Any) -> Ticket:
    contact = make_contact(Contact.objects.count(), **fields)
    Contact.objects.filter(pk=contact.pk).update(email=f"c{contact.pk}@nordlys.dk")
    return make_ticket(survey, score, contact=Contact.objects.get(pk=contact.pk))


def resolve(ticket: Ticket, by: User, outcome: str = "kept", at: datetime | None = None) -> Ticket:
    cause = RootCause.objects.all()[0]
    actions.resolve(ticket_id=ticket.pk, by=by, outcome=outcome, root_cause=cause, note="done", at=at)
    return now_of(ticket)


def due(ticket: Ticket, by: User) -> Ticket:
    """Resolved so long ago that its day has just come."""
    return resolve(ticket, by, at=timezone.now() - DAYS * DAY)


def now_of(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def run(at: datetime | None = None) -> int:
    return sweep.run(again.ASK_AGAIN, at or timezone.now())


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.activities.order_by("number").values_list("kind", flat=True))


def answer_by_mail(server: MailServer, score: int, comment: str = "") -> Response:
    """The customer follows the link of the last mail."""
    sending.send_due(timezone.now() + SECOND)
    text = server.taken[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    found = re.search(r"(/r/[^/\s]+/)", text)
    assert found is not None
    assert Client().post(found[1], {"score": score, "comment": comment}).status_code == 303
    answer = Response.objects.latest("pk")
    opening.open_for_responses([answer.pk])
    return answer


def test_on_its_day_the_customer_gets_one_mail_whatever_the_quarantine(
    server: MailServer, survey: Survey, by: User
) -> None:
    ticket = resolve(ticket_of(survey, language="da"), by)
    assert ticket.resolved_at is not None
    assert ticket.ask_again_at == ticket.resolved_at + DAYS * DAY
    assert run(ticket.ask_again_at - SECOND) == 0
    assert run(ticket.ask_again_at) == 1
    assert run(ticket.ask_again_at + DAY) == 0
    asked, contact = now_of(ticket), Contact.objects.get()
    assert (asked.asked_again_at, asked.ask_again_at) == (ticket.ask_again_at, None)
    assert contact.last_asked_at == asked.asked_again_at
    assert kinds(ticket)[-1] == "asked_by_mail"
    asking.look(ticket.ask_again_at)
    sending.send_due(ticket.ask_again_at + SECOND)
    (mail,) = server.taken
    assert (mail["To"], mail["Auto-Submitted"], mail["Subject"]) == (
        contact.email, "auto-generated", "Ét spørgsmål fra Nordlys",
    )  # fmt: skip
    assert "/unsubscribe/" in mail["List-Unsubscribe"]
    assert list(chain.verify([ticket.pk])) == []


@pytest.mark.parametrize(("score", "recovered"), [(9, True), (7, True)])
def test_a_better_answer_proves_the_recovery(
    server: MailServer, survey: Survey, by: User, score: int, recovered: bool
) -> None:
    ticket = due(ticket_of(survey), by)
    run()
    answer = answer_by_mail(server, score, "Much better now")
    ticket = now_of(ticket)
    assert (answer.follows_id, ticket.score_after, ticket.recovered) == (ticket.response_id, score, recovered)
    assert (ticket.status, Ticket.objects.count()) == ("resolved", 1)
    assert kinds(ticket)[-1] == "answer_better"
    found = Program("read").get(f"tickets/{ticket.pk}/")
    assert (found["score_after"], found["recovered"]) == (score, True)
    assert found["asked_again_at"] is not None
    client = client_of(by)
    page = client.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "Much better now" in page
    assert "better than 3: recovered" in page
    assert f"asked again: {score}, better" in client.get("/desk/?view=resolved").content.decode()
    table: Any = client.get("/desk/tickets.csv?view=resolved")
    rows = b"".join(table.streaming_content).decode()
    assert f"{score},yes" in rows
    assert sum(Tally.objects.values_list("count", flat=True)) == 2


def test_a_worse_answer_reopens_the_same_ticket_and_opens_no_other(
    server: MailServer, survey: Survey, by: User
) -> None:
    ticket = due(ticket_of(survey), by)
    run()
    answer_by_mail(server, 2)
    ticket = now_of(ticket)
    assert (ticket.status, ticket.score_after, ticket.recovered) == ("open", 2, False)
    assert kinds(ticket)[-1] == "asked_again"
    assert Ticket.objects.count() == 1
    again_resolved = resolve(ticket, by)
    assert again_resolved.ask_again_at is None, "nobody is asked twice"


def test_a_ticket_taken_up_before_its_day_waits_until_it_is_resolved_again(
    server: MailServer, survey: Survey, by: User
) -> None:
    ticket = due(ticket_of(survey), by)
    actions.reopen(ticket_id=ticket.pk, by=by, reason="called back")
    assert now_of(ticket).ask_again_at is None
    assert run() == 0
    ticket = resolve(ticket, by)
    assert run(timezone.now() + DAYS * DAY - HOUR) == 0
    assert run(timezone.now() + DAYS * DAY) == 1
    assert Invitation.objects.filter(channel="email").count() == 1


def test_nobody_is_asked_whom_nobody_could_reach_or_whose_play_does_not(
    server: MailServer, survey: Survey, by: User
) -> None:
    unreachable = resolve(ticket_of(survey), by, outcome="unreachable")
    nameless = resolve(make_ticket(survey, 3), by)
    Play.objects.update(ask_again_days=None)
    other = resolve(ticket_of(survey), by)
    assert [one.ask_again_at for one in (unreachable, nameless, other)] == [None, None, None]
    assert run(timezone.now() + 400 * DAY) == 0


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"do_not_contact": True}, "do_not_contact"),
        ({"unsubscribed_at": timezone.now()}, "unsubscribed"),
        ({"bounced_at": timezone.now()}, "bounced"),
        ({"email": None}, "no_address"),
        ({"email": "ada@example.com"}, "reserved_address"),
    ],
)
def test_who_may_not_be_mailed_is_not_asked_and_the_ticket_says_why(
    server: MailServer, survey: Survey, by: User, fields: dict[str, Any], reason: str
) -> None:
    ticket = due(ticket_of(survey), by)
    Contact.objects.update(**fields)
    assert run() == 1
    asking.ask_due(timezone.now() + HOUR)
    sending.send_due(timezone.now() + HOUR)
    entry = ticket.activities.latest("number")
    assert (entry.kind, entry.data["reason"], server.taken) == ("not_asked_again", reason, [])
    assert (now_of(ticket).asked_again_at, AskDecision.objects.get().reason) == (None, reason)
    assert "Not asked again" in client_of(by).get(f"/desk/tickets/{ticket.pk}/").content.decode()


def test_who_leaves_while_the_mail_is_queued_gets_none(server: MailServer, survey: Survey, by: User) -> None:
    ticket = due(ticket_of(survey), by)
    run()
    Unsubscription.objects.create(contact=Contact.objects.get(), survey=survey)
    sending.send_due(timezone.now() + SECOND)
    assert server.taken == []
    assert now_of(ticket).asked_again_at is None
    assert kinds(ticket)[-2:] == ["asked_by_mail", "not_asked_again"]


def test_without_a_mail_server_nothing_goes(survey: Survey, by: User) -> None:
    ticket = due(ticket_of(survey), by)
    run()
    assert ticket.activities.latest("number").data == {"reason": "no_mail_server"}
    assert not Invitation.objects.exists()
    assert "no mail server is set" in client_of(by).get(f"/desk/tickets/{ticket.pk}/").content.decode()


def test_what_nobody_looked_at_for_two_hours_waits_for_a_person(server: MailServer, survey: Survey, by: User) -> None:
    ticket = resolve(ticket_of(survey), by, at=timezone.now() - DAYS * DAY - 3 * HOUR)
    run()
    (invitation,) = asking.waiting_for_a_person()
    assert (invitation.reason, now_of(ticket).asked_again_at) == ("late", None)
    assert kinds(ticket)[-1] == "asking_held"
    asking.let_go(invitation_id=invitation.pk, at=timezone.now())
    assert now_of(ticket).asked_again_at is not None
    assert kinds(ticket)[-1] == "asked_by_mail"


def test_after_a_restore_those_who_are_due_wait_for_a_person(server: MailServer, survey: Survey, by: User) -> None:
    ticket = due(ticket_of(survey), by)
    assert again.hold_all(timezone.now()) == 1
    assert asking.waiting_for_a_person().get().reason == "restored"
    assert (run(), kinds(ticket)[-1]) == (0, "asking_held")


def test_a_second_answer_that_does_not_count_leaves_the_ticket_without_one(
    server: MailServer, survey: Survey, by: User
) -> None:
    ticket = due(ticket_of(survey), by)
    run()
    answer = answer_by_mail(server, 9)
    discard_response(response_id=answer.pk, by=by, reason="spam")
    opening.open_for_responses([answer.pk])
    assert (now_of(ticket).score_after, kinds(ticket)[-1]) == (None, "second_discarded")
    restore_response(response_id=answer.pk, by=by)
    opening.open_for_responses([answer.pk])
    assert (now_of(ticket).score_after, kinds(ticket)[-1]) == (9, "answer_restored")
    assert Ticket.objects.count() == 1


def test_an_answer_that_follows_counts_whichever_way_it_came(survey: Survey, by: User) -> None:
    ticket = resolve(ticket_of(survey), by)
    second = make_answer(survey, 8, contact=ticket.response.contact, follows_id=ticket.response_id)
    opening.open_for_responses([second.pk])
    assert (now_of(ticket).score_after, now_of(ticket).recovered) == (8, True)
    assert run(timezone.now() + DAYS * DAY) == 1
    assert not Invitation.objects.exists(), "who has answered again is not asked"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_ask_once(server: MailServer, survey: Survey, by: User) -> None:
    tickets = [due(ticket_of(survey), by) for _number in range(5)]
    at = timezone.now()

    def work(_number: int) -> None:
        try:
            run(at)
            asking.ask_due(at)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    for _twice in range(2):
        sending.send_due(at + HOUR / 2)
    assert sorted(str(mail["To"]) for mail in server.taken) == sorted(
        str(contact.email) for contact in Contact.objects.all()
    )
    assert [kinds(ticket).count("asked_by_mail") for ticket in tickets] == [1] * 5

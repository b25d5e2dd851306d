"""Tickets that a rule gives, while people leave, rules go, customers are erased, and odd words are typed."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from followup.history import chain
from followup.models import DigestItem, RouteTo, RoutingRule, Ticket
from followup.notify import mails
from followup.routing import assignment
from followup.tickets import actions, opening
from nps_project.accounts.models import Team, TicketMail, User
from nps_project.deliveries import sending
from nps_project.deliveries.models import Delivery, Status
from nps_project.privacy.erasing import erase
from nps_project.privacy.models import Kind
from surveys.models import Response, Survey
from tests.factories import make_answer, make_contact, make_survey, make_user
from tests.hostile.corpus import TEXTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey() -> Survey:
    return make_survey()


@pytest.fixture
def bea() -> User:
    """Whom a rule gives every ticket."""
    made = make_user("bea")
    RoutingRule.objects.create(name="All", to=RouteTo.PERSON, person=made)
    return made


def opened(survey: Survey, comment: str = "My phone is 555 1234", **more: Any) -> tuple[Ticket, Delivery]:
    """A ticket that a rule gave somebody, and the mail that says so, which has not left."""
    answer = make_answer(survey, 2, comment, contact=make_contact(1, **more))
    opening.open_for_responses([answer.pk])
    return Ticket.objects.get(response=answer), Delivery.objects.get(template=mails.GIVEN)


def left(row: Delivery) -> Delivery:
    """The mail after its turn to leave."""
    assert sending.send_one(row.pk)
    row.refresh_from_db()
    return row


# Between the ticket and the mail.


def _switched_off(ticket: Ticket, bea: User) -> None:
    User.objects.filter(pk=bea.pk).update(is_active=False)


def _given_to_another(ticket: Ticket, bea: User) -> None:
    actions.assign(ticket_id=ticket.pk, by=make_user("lead", "manager", all_teams=True), owner=make_user("cas"))


def _let_go(ticket: Ticket, bea: User) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(owner=None)


def _resolved(ticket: Ticket, bea: User) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(status="resolved", resolved_at=timezone.now(), outcome="no_action")


@pytest.mark.parametrize("change", [_switched_off, _given_to_another, _let_go, _resolved])
def test_who_is_to_call_nobody_any_more_is_not_told_what_the_customer_said(
    change: Callable[[Ticket, User], None], survey: Survey, bea: User
) -> None:
    ticket, row = opened(survey)
    change(ticket, bea)
    row = left(row)
    assert (row.status, row.subject, row.body_text, row.body_html) == (Status.CANCELLED, "", "", "")


@pytest.mark.parametrize("is_known", [True, False])
def test_of_who_was_erased_meanwhile_the_mail_says_nothing(is_known: bool, survey: Survey, bea: User) -> None:
    who = {"name": "Rosalind Vega", "phone": "+45 98 76 54 32"}
    if is_known:
        ticket, row = opened(survey, **who)
        erase(Kind.CONTACT, ticket.response.contact_id or 0)
    else:
        answer = make_answer(
            survey, 2, "My phone is 555 1234", **{f"contact_{name}": told for name, told in who.items()}
        )
        opening.open_for_responses([answer.pk])
        row = Delivery.objects.get(template=mails.GIVEN)
        erase(Kind.ANSWER, answer.pk)
    row = Delivery.objects.get(pk=row.pk)
    if row.status == Status.QUEUED:
        row = left(row)
    told = row.subject + row.body_text + row.body_html
    assert not any(words in told for words in ("555 1234", "Rosalind", "Vega", "customer1@", "98 76"))


def test_each_reader_of_many_mails_gets_their_own(survey: Survey) -> None:
    """Composed together, some wanted and some not, also after a ticket went to somebody else and back."""
    ann, bob = make_user("ann"), make_user("bob")
    for number, person in enumerate((ann, bob)):
        RoutingRule.objects.create(name=str(number), position=number, scores=[number], to=RouteTo.PERSON, person=person)
    answers = [make_answer(survey, score, f"Said {score}", contact=make_contact(score)) for score in (0, 1)]
    opening.open_for_responses([answer.pk for answer in answers])
    User.objects.filter(pk=bob.pk).update(is_active=False)
    lead, first = make_user("lead", "manager", all_teams=True), Ticket.objects.get(owner=ann)
    for owner in (lead, ann):
        actions.assign(ticket_id=first.pk, by=lead, owner=owner)
    rows = {row.to_address: left(row) for row in Delivery.objects.filter(template=mails.GIVEN)}
    assert rows[bob.email].status == Status.CANCELLED
    assert "Said 0" in rows[ann.email].body_text
    assert "Said 1" not in rows[ann.email].body_text


@pytest.mark.parametrize("name", TEXTS)
def test_what_nobody_should_type_is_text_in_the_mail_and_its_line(name: str, survey: Survey, bea: User) -> None:
    words = TEXTS[name].replace("\0", "").encode(errors="replace").decode()  # as every door stores it
    traits = {"plan": words[:200], "%s {0} {{ x }}": "%(a)s"}
    RoutingRule.objects.update(traits={"plan": [words[:200]]})
    _ticket, row = opened(survey, comment=words[:4_000], name=words[:100], traits=traits)
    row = left(row)
    assert row.status == Status.STORED
    assert "\n" not in row.subject
    User.objects.filter(pk=bea.pk).update(mail_about_tickets=TicketMail.DAILY)
    answer = make_answer(survey, 1, words[:4_000], contact=make_contact(2, traits=traits))
    opening.open_for_responses([answer.pk])
    assert DigestItem.objects.get().ticket.response_id == answer.pk
    assert list(chain.verify()) == []


# Between the rule that is read and the statement.


def in_another_connection(work: Callable[[], object]) -> None:
    """Done and committed by somebody else."""

    def working() -> None:
        work()
        connection.close()

    thread = threading.Thread(target=working)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["rule", "team", "member", "switched off"])
def test_a_rule_or_team_that_goes_while_tickets_are_given_loses_none(
    what: str, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way to each ticket was read before; it opens all the same, once, with its history whole."""
    team, agent = Team.objects.create(name="Care"), make_user("agent", role="agent")
    team.members.add(agent)
    rule = RoutingRule.objects.create(name="All", to=RouteTo.TEAM, team=team)
    changes: dict[str, Callable[[], object]] = {
        "rule": lambda: RoutingRule.objects.filter(pk=rule.pk).delete(),
        "team": lambda: (RoutingRule.objects.filter(pk=rule.pk).delete(), Team.objects.filter(pk=team.pk).delete()),
        "member": lambda: Team.members.through.objects.filter(user=agent).delete(),
        "switched off": lambda: User.objects.filter(pk=agent.pk).update(is_active=False),
    }
    read, still = assignment.rules, [changes[what]]

    def reading() -> Any:
        found = read()
        if still:
            in_another_connection(still.pop())
        return found

    monkeypatch.setattr(assignment, "rules", reading)
    answers = [make_answer(survey, 2, "") for _number in range(3)]
    opening.open_for_responses([answer.pk for answer in answers])
    assert Ticket.objects.count() == 3
    assert not Response.objects.unprocessed().exists()
    assert list(chain.verify()) == []
    if what == "team":
        assert Ticket.objects.filter(team=None, owner=None, routed_by=None).count() == 3

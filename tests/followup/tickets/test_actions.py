"""What people do with a ticket: allowed, refused by name, and written down."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from followup.causes import services as causes
from followup.errors import AlreadyOwned, InvalidAction, WrongState
from followup.history import chain
from followup.models import Activity, ActivityText, RootCause, Stage, Step, Ticket
from followup.playbooks import services as playbooks
from followup.tickets import actions, attempts, identity
from nps_project.accounts.models import Team, User
from nps_project.errors import DomainError
from tests.factories import make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def ticket(db: None) -> Ticket:
    causes.ensure_defaults()
    return make_ticket(make_survey(), 3, contact=make_contact(1))


@pytest.fixture
def by(db: None) -> User:
    return make_user("bea")


def resolve(ticket: Ticket, by: User, **fields: Any) -> Ticket:
    values: dict[str, Any] = {
        "outcome": "recovered",
        "root_cause": RootCause.objects.get(slug="delivery"),
        "note": "why",
    } | fields
    return actions.resolve(ticket_id=ticket.pk, by=by, **values)


def last(ticket: Ticket) -> Activity:
    assert list(chain.verify([ticket.pk])) == []
    return Activity.objects.filter(ticket=ticket).select_related("text_row").latest("number")


def test_claiming_takes_what_nobody_has(ticket: Ticket, by: User) -> None:
    assert actions.claim(ticket_id=ticket.pk, by=by).owner == by
    entry = last(ticket)
    assert (entry.kind, entry.actor) == ("claimed", by)
    actions.claim(ticket_id=ticket.pk, by=by)
    assert last(ticket) == entry, "once more changes nothing"
    with pytest.raises(AlreadyOwned):
        actions.claim(ticket_id=ticket.pk, by=make_user("cas"))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_at_once_one_gets_it() -> None:
    ticket = make_ticket(make_survey(), 3)
    people = [make_user(f"agent{number}") for number in range(6)]

    def claim(person: User) -> bool:
        try:
            actions.claim(ticket_id=ticket.pk, by=person)
        except AlreadyOwned:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(claim, people)) == [False] * 5 + [True]
    assert list(chain.verify([ticket.pk])) == []


def test_handing_over_to_a_person_or_a_team(ticket: Ticket, by: User) -> None:
    team, other = Team.objects.create(name="North"), make_user("cas")
    assert actions.assign(ticket_id=ticket.pk, by=by, owner=other).owner == other
    handed = actions.assign(ticket_id=ticket.pk, by=by, team=team)
    assert (handed.team, handed.owner) == (team, None)
    assert last(ticket).data == {"owner": None, "team": team.pk}


def test_nobody_gets_a_ticket_who_cannot_work_on_it(ticket: Ticket, by: User) -> None:
    team = Team.objects.create(name="North")
    refused: list[dict[str, Any]] = [
        {},
        {"owner": by, "team": team},
        {"owner": make_user("viewer", "viewer")},
        {"owner": make_user("gone", is_active=False)},
    ]
    for fields in refused:
        with pytest.raises(InvalidAction) as refusal:
            actions.assign(ticket_id=ticket.pk, by=by, **fields)
        assert refusal.value.field == "owner"
    ticket.refresh_from_db()
    assert (ticket.owner, ticket.history_count) == (None, 1)


def test_a_note_is_kept_beside_the_chain(ticket: Ticket, by: User) -> None:
    entry = actions.add_note(ticket_id=ticket.pk, by=by, text="  Her dog is called Bo. ")
    text = ActivityText.objects.get(activity=entry)
    assert text.text == "Her dog is called Bo."
    assert "Bo" not in str(last(ticket).data)
    with pytest.raises(InvalidAction):
        actions.add_note(ticket_id=ticket.pk, by=by, text=" \n")


def test_steps_are_ticked_and_taken_back(ticket: Ticket, by: User) -> None:
    step = ticket.steps.get(kind="compensation")
    actions.set_step(ticket_id=ticket.pk, by=by, step_id=step.pk, amount=Decimal("25.50"), currency=" eur ")
    step.refresh_from_db()
    assert (step.done_by, step.amount, step.currency) == (by, Decimal("25.50"), "EUR")
    assert last(ticket).data["amount"] == "25.50"
    actions.set_step(ticket_id=ticket.pk, by=by, step_id=step.pk, done=False)
    step.refresh_from_db()
    assert (step.done_at, step.done_by, step.amount, step.currency) == (None, None, None, "")
    assert last(ticket).kind == "step_undone"


@pytest.mark.parametrize(
    ("kind", "fields", "field"),
    [
        ("listen", {"amount": Decimal(5), "currency": "EUR"}, "amount"),
        ("compensation", {"amount": Decimal(-1), "currency": "EUR"}, "amount"),
        ("compensation", {"amount": Decimal(10) ** 10, "currency": "EUR"}, "amount"),
        ("compensation", {"amount": Decimal("NaN"), "currency": "EUR"}, "amount"),
        ("compensation", {"amount": Decimal(5), "currency": "€"}, "currency"),
        ("compensation", {"amount": Decimal(5)}, "currency"),
        ("compensation", {"currency": "EUR"}, "amount"),
    ],
)
def test_an_amount_that_is_none_is_refused(
    ticket: Ticket, by: User, kind: str, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidAction) as refused:
        actions.set_step(ticket_id=ticket.pk, by=by, step_id=ticket.steps.get(kind=kind).pk, **fields)
    assert refused.value.field == field
    assert not Step.objects.exclude(done_at=None).exists()


def test_another_tickets_step_is_refused(ticket: Ticket, by: User) -> None:
    other = make_ticket(ticket.survey, 3, contact=make_contact(2))
    with pytest.raises(InvalidAction):
        actions.set_step(ticket_id=ticket.pk, by=by, step_id=other.steps.all()[0].pk)


def test_waiting_stops_no_first_contact_clock(ticket: Ticket, by: User) -> None:
    until = timezone.now() + 3 * DAY
    waiting = actions.wait(ticket_id=ticket.pk, by=by, until=until, reason="abroad")
    assert (waiting.status, waiting.waiting_until) == ("waiting", until)
    assert (waiting.deadline, waiting.stage) == (ticket.deadline, Stage.ON_TIME)
    assert waiting.due_state(ticket.deadline + DAY) == "overdue"
    attempts.log_attempt(ticket_id=ticket.pk, by=by, result="reached")
    contacted = actions.wait(ticket_id=ticket.pk, by=by, until=until)
    assert contacted.stage == Stage.WAITING


@pytest.mark.parametrize("days", [0, -1, 91])
def test_waiting_has_an_end_in_sight(ticket: Ticket, by: User, days: int) -> None:
    now = timezone.now()
    with pytest.raises(InvalidAction):
        actions.wait(ticket_id=ticket.pk, by=by, until=now + days * DAY, at=now)


def test_resolving_wants_an_outcome_a_cause_and_an_attempt_or_a_reason(ticket: Ticket, by: User) -> None:
    wrong: dict[str, Any] = {"outcome": "", "root_cause": None, "no_attempt_reason": " "}
    for field, value in wrong.items():
        with pytest.raises(InvalidAction) as refused:
            resolve(ticket, by, note="", **{field: value})
        assert refused.value.field == field
    ticket.refresh_from_db()
    assert (ticket.status, ticket.history_count) == ("open", 1)

    attempts.log_attempt(ticket_id=ticket.pk, by=by, result="no_answer")
    done = resolve(ticket, by, note="")
    assert (done.status, done.outcome) == ("resolved", "recovered")
    assert last(ticket).data == {"outcome": "recovered", "root_cause": "delivery"}
    assert ticket.steps.filter(done_at=None).exists(), "open steps do not stop it"
    assert done.due_state(timezone.now()) == "missed"


def test_no_action_is_neither_met_nor_missed(ticket: Ticket, by: User) -> None:
    assert resolve(ticket, by, outcome="no_action").due_state(timezone.now()) is None


def test_a_resolved_ticket_takes_notes_and_nothing_else(ticket: Ticket, by: User) -> None:
    resolve(ticket, by)
    step = ticket.steps.all()[0].pk
    soon = timezone.now() + DAY
    refused: list[Any] = [
        lambda: actions.claim(ticket_id=ticket.pk, by=by),
        lambda: actions.assign(ticket_id=ticket.pk, by=by, owner=by),
        lambda: actions.set_step(ticket_id=ticket.pk, by=by, step_id=step),
        lambda: actions.wait(ticket_id=ticket.pk, by=by, until=soon),
        lambda: attempts.log_attempt(ticket_id=ticket.pk, by=by, result="reached"),
        lambda: resolve(ticket, by),
    ]
    for act in refused:
        with pytest.raises(WrongState):
            act()
    ticket.refresh_from_db()
    assert ticket.history_count == 2
    actions.add_note(ticket_id=ticket.pk, by=by, text="She wrote again.")


def test_reopening_wants_a_reason_and_a_resolved_ticket(ticket: Ticket, by: User) -> None:
    with pytest.raises(WrongState):
        actions.reopen(ticket_id=ticket.pk, by=by, reason="still angry")
    resolve(ticket, by)
    with pytest.raises(InvalidAction):
        actions.reopen(ticket_id=ticket.pk, by=by, reason=" ")
    opened = actions.reopen(ticket_id=ticket.pk, by=by, reason="still angry")
    assert (opened.status, opened.outcome, opened.resolved_at) == ("open", None, None)
    assert opened.deadline == ticket.first_contact_due_at
    assert opened.root_cause is not None


def test_resolving_ends_the_next_contact_too(ticket: Ticket, by: User) -> None:
    attempts.log_attempt(ticket_id=ticket.pk, by=by, result="reached")
    Ticket.objects.filter(pk=ticket.pk).update(next_contact_due_at=timezone.now() - DAY)
    resolve(ticket, by)
    opened = actions.reopen(ticket_id=ticket.pk, by=by, reason="still angry")
    assert (opened.status, opened.next_contact_due_at, opened.stage) == ("contacted", None, Stage.NO_CLOCK)


def test_a_person_confirms_who_wrote(by: User) -> None:
    known = make_contact(7, value=Decimal(900))
    ticket = make_ticket(make_survey(), 3, contact_email="Customer7@Example.com")
    assert ticket.response.contact is None, "an address that anybody can type joins nothing by itself"
    joined = identity.confirm_contact(ticket_id=ticket.pk, by=by)
    joined.response.refresh_from_db()
    assert (joined.response.contact, joined.value_rank) == (known, Decimal(-900))
    assert joined.response.contact_email == "Customer7@Example.com"
    assert last(ticket).data == {"contact": known.pk}
    with pytest.raises(DomainError):
        identity.confirm_contact(ticket_id=ticket.pk, by=by)


def test_nobody_is_confirmed_who_is_not_known(by: User) -> None:
    for typed in ({}, {"contact_email": "stranger@example.com"}):
        ticket = make_ticket(make_survey(f"s{len(typed)}"), 3, **typed)
        with pytest.raises(InvalidAction):
            identity.confirm_contact(ticket_id=ticket.pk, by=by)


def test_the_limit_of_a_play_binds_agents_and_not_managers() -> None:
    book = playbooks.ensure_default()
    draft = playbooks.draft_of(playbooks.plays_of(book)[2])
    fields = {**draft.fields, "compensation_limit": 50, "compensation_currency": "EUR"}
    playbooks.save_plays(playbook=book, drafts={2: playbooks.PlayDraft(fields, draft.steps)})
    ticket = make_ticket(make_survey("limits"), 2, contact=make_contact(99))
    step = ticket.steps.get(kind="compensation")
    agent, boss = make_user("agent"), make_user("boss", "manager")
    for amount, currency in ((51, "EUR"), (10, "DKK")):
        with pytest.raises(InvalidAction, match="at most 50.00 EUR"):
            actions.set_step(ticket_id=ticket.pk, step_id=step.pk, by=agent, amount=Decimal(amount), currency=currency)
    actions.set_step(ticket_id=ticket.pk, step_id=step.pk, by=agent, amount=Decimal(50), currency="eur")
    actions.set_step(ticket_id=ticket.pk, step_id=step.pk, by=boss, amount=Decimal(500), currency="EUR")
    step.refresh_from_db()
    assert step.amount == 500

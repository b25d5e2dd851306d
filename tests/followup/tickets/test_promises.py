"""Promises to a customer: their clock, what they stop, and what is written down of them; and late saves."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from followup.causes import services as causes
from followup.errors import InvalidAction, WrongState
from followup.escalation import services as escalation
from followup.history import chain
from followup.models import ActivityKind, Promise, PromiseState, Reminder, RootCause, Stage, Ticket
from followup.tickets import actions, attempts, promises
from nps_project.accounts.models import User
from tests.factories import client_of, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def bea(db: None) -> User:
    return make_user("bea")


@pytest.fixture
def ticket(bea: User) -> Ticket:
    """Of a customer who was reached."""
    causes.ensure_defaults()
    made = make_ticket(make_survey(), 2, contact=make_contact(1))
    attempts.log_attempt(ticket_id=made.pk, by=bea, result="reached")
    return Ticket.objects.get(pk=made.pk)


def promised(ticket: Ticket, by: User, days: float = 3, text: str = "a new part") -> Promise:
    return promises.make(ticket_id=ticket.pk, by=by, text=text, due_at=timezone.now() + days * DAY)


def resolve(ticket: Ticket, by: User) -> Ticket:
    cause = RootCause.objects.filter(is_active=True)[0]
    return actions.resolve(ticket_id=ticket.pk, by=by, outcome="kept", root_cause=cause)


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.activities.order_by("number").values_list("kind", flat=True))


def test_a_promise_is_the_next_clock(ticket: Ticket, bea: User) -> None:
    assert ticket.stage == Stage.NO_CLOCK
    later, sooner = promised(ticket, bea, 5), promised(ticket, bea, 2)
    ticket.refresh_from_db()
    assert (ticket.next_contact_due_at, ticket.deadline, ticket.stage) == (sooner.due_at, sooner.due_at, Stage.ON_TIME)
    promises.keep(ticket_id=ticket.pk, promise_id=sooner.pk, by=bea)
    ticket.refresh_from_db()
    assert ticket.deadline == later.due_at
    promises.waive(ticket_id=ticket.pk, promise_id=later.pk, by=bea, reason="he has it already")
    ticket.refresh_from_db()
    assert (ticket.next_contact_due_at, ticket.stage) == (None, Stage.NO_CLOCK)
    assert kinds(ticket)[-4:] == ["promise_made", "promise_made", "promise_kept", "promise_waived"]
    assert list(chain.verify([ticket.pk])) == []


def test_a_call_does_not_keep_a_promise(ticket: Ticket, bea: User) -> None:
    promise = promised(ticket, bea)
    attempts.log_attempt(ticket_id=ticket.pk, by=bea, result="reached")
    ticket.refresh_from_db()
    assert ticket.next_contact_due_at == promise.due_at


def test_moving_wants_the_customers_word(ticket: Ticket, bea: User) -> None:
    promise = promised(ticket, bea)
    due = timezone.now() + 9 * DAY
    with pytest.raises(InvalidAction, match="agreed"):
        promises.move(ticket_id=ticket.pk, promise_id=promise.pk, by=bea, due_at=due, reason=" ")
    promises.move(ticket_id=ticket.pk, promise_id=promise.pk, by=bea, due_at=due, reason="he said next week is fine")
    promise.refresh_from_db()
    ticket.refresh_from_db()
    assert (promise.due_at, promise.moved_count, promise.state) == (due, 1, PromiseState.OPEN)
    assert ticket.deadline == due
    entry = ticket.activities.get(kind=ActivityKind.PROMISE_MOVED)
    assert entry.data["until"] == due.isoformat()
    assert entry.text_row.text == "he said next week is fine"


def test_an_open_promise_stops_the_end(ticket: Ticket, bea: User) -> None:
    promise = promised(ticket, bea)
    with pytest.raises(WrongState, match="no open promise"):
        resolve(ticket, bea)
    promises.keep(ticket_id=ticket.pk, promise_id=promise.pk, by=bea)
    assert resolve(ticket, bea).is_resolved
    with pytest.raises(WrongState):
        promised(ticket, bea)


def test_what_cannot_be_promised(ticket: Ticket, bea: User) -> None:
    now = timezone.now()
    viewer = make_user("vic", "viewer")
    for wrong in ({"due_at": now - DAY}, {"due_at": now + 400 * DAY}, {"text": "  "}, {"owner": viewer}):
        given = {"text": "x", "due_at": now + DAY} | wrong
        with pytest.raises(InvalidAction):
            promises.make(ticket_id=ticket.pk, by=bea, **given)  # type: ignore[arg-type]
    other = make_ticket(make_survey("other"), 1)
    promise = promised(ticket, bea)
    with pytest.raises(InvalidAction, match="of this ticket"):
        promises.keep(ticket_id=other.pk, promise_id=promise.pk, by=bea)
    promises.keep(ticket_id=ticket.pk, promise_id=promise.pk, by=bea)
    with pytest.raises(WrongState):
        promises.keep(ticket_id=ticket.pk, promise_id=promise.pk, by=bea)
    assert Promise.objects.count() == 1


@pytest.fixture
def client(bea: User) -> Client:
    return client_of(bea)


def test_the_page_takes_a_promise_and_shows_it(ticket: Ticket, client: Client, bea: User) -> None:
    due = (timezone.now() + 2 * DAY).strftime("%Y-%m-%dT%H:%M")
    at = f"/desk/tickets/{ticket.pk}/"
    assert client.post(f"{at}promise/", {"text": "a new part", "due_at": ""}).status_code == 422
    assert client.post(f"{at}promise/", {"text": "a new part", "due_at": due}).status_code == 303
    page = client.get(at).content.decode()
    assert "Promised to the customer" in page
    assert "a new part" in page
    promise = Promise.objects.get()
    stopped = client.post(f"{at}resolve/", {"outcome": "kept", "root_cause": RootCause.objects.all()[0].slug})
    assert stopped.status_code == 409
    assert "A promise to the customer is open" in stopped.content.decode()
    assert client.post(f"{at}promise-waived/", {"promise": promise.pk, "reason": ""}).status_code == 422
    assert client.post(f"{at}promise-kept/", {"promise": promise.pk}).status_code == 303
    assert "Kept" in client.get(at).content.decode()


def test_a_late_save_shows_what_changed_and_loses_nothing(ticket: Ticket, client: Client) -> None:
    seen = ticket.history_count
    jonas = make_user("jonas")
    actions.add_note(ticket_id=ticket.pk, by=jonas, text="he called back, furious")
    form = {"outcome": "kept", "root_cause": RootCause.objects.all()[0].slug, "note": "all is well", "seen": seen}
    late = client.post(f"/desk/tickets/{ticket.pk}/resolve/", form)
    page = late.content.decode()
    assert late.status_code == 409
    assert "Note, jonas" in page
    assert "all is well" in page
    assert "Do it all the same" in page
    ticket.refresh_from_db()
    assert not ticket.is_resolved
    assert client.post(f"/desk/tickets/{ticket.pk}/resolve/", form | {"seen": seen + 1}).status_code == 303
    ticket.refresh_from_db()
    assert ticket.is_resolved


def test_a_late_note_is_kept_and_tells_what_happened(ticket: Ticket, client: Client) -> None:
    seen = ticket.history_count
    actions.claim(ticket_id=ticket.pk, by=make_user("jonas"))
    answer = client.post(f"/desk/tickets/{ticket.pk}/notes/", {"text": "he likes tea", "seen": seen}, follow=True)
    assert "Meanwhile: Claimed, jonas" in answer.content.decode()
    assert ticket.activities.filter(kind=ActivityKind.NOTE).count() == 1


def test_a_warning_of_the_clock_tells_and_stops_nobody(bea: User, client: Client) -> None:
    ticket = make_ticket(make_survey(), 2, contact=make_contact(1))
    seen = ticket.history_count
    assert escalation.warn(ticket.pk, ticket.deadline - timedelta(minutes=5))
    due = (timezone.now() + 2 * DAY).strftime("%Y-%m-%dT%H:%M")
    form = {"text": "a new part", "due_at": due, "seen": seen}
    answer = client.post(f"/desk/tickets/{ticket.pk}/promise/", form, follow=True)
    assert "Meanwhile: Warning: the deadline is near" in answer.content.decode()
    assert Promise.objects.get().text == "a new part"


def test_ones_own_changes_are_no_surprise(ticket: Ticket, client: Client, bea: User) -> None:
    seen = ticket.history_count
    actions.add_note(ticket_id=ticket.pk, by=bea, text="mine")
    due = (timezone.now() + 2 * DAY).strftime("%Y-%m-%dT%H:%M")
    answer = client.post(f"/desk/tickets/{ticket.pk}/wait/", {"until": due, "seen": seen})
    assert answer.status_code == 303


def tick_next_contact(ticket: Ticket, by: User, *, done: bool = True, note: str = "") -> None:
    step = ticket.steps.get(kind="next_contact")
    actions.set_step(ticket_id=ticket.pk, step_id=step.pk, by=by, done=done, note=note)


def test_what_is_to_be_raised_comes_back_on_the_next_ticket(ticket: Ticket, client: Client, bea: User) -> None:
    tick_next_contact(ticket, bea, note="ask after the new printer")
    again = make_ticket(make_survey("winter"), 4, contact=ticket.response.contact)
    stranger = make_ticket(make_survey("spring"), 4, contact=make_contact(2))
    at = f"/desk/tickets/{again.pk}/"
    assert "ask after the new printer" in client.get(at).content.decode()
    assert "ask after" not in client.get(f"/desk/tickets/{stranger.pk}/").content.decode()
    reminder = Reminder.objects.get()
    assert client.post(f"/desk/tickets/{stranger.pk}/raised/", {"reminder": reminder.pk}).status_code == 422
    assert client.post(f"{at}raised/", {"reminder": reminder.pk}).status_code == 303
    assert client.post(f"{at}raised/", {"reminder": reminder.pk}).status_code == 422
    assert "ask after" not in client.get(at).content.decode().split('id="history-title"')[0]
    reminder.refresh_from_db()
    assert (reminder.raised_on, reminder.raised_by) == (again, bea)
    assert kinds(again)[-1] == "reminder_raised"
    assert list(chain.verify()) == []


def test_a_tick_that_is_taken_back_takes_its_reminder_along(ticket: Ticket, bea: User) -> None:
    tick_next_contact(ticket, bea)
    assert Reminder.objects.get().text.startswith("Bring it up again")
    tick_next_contact(ticket, bea, done=False)
    assert not Reminder.objects.exists()


def test_nobody_known_is_nobody_to_remind_of(bea: User) -> None:
    typed = make_ticket(make_survey("typed"), 2, contact_name="Bo", contact_email="bo@example.com")
    tick_next_contact(typed, bea)
    assert not Reminder.objects.exists()
    assert typed.steps.get(kind="next_contact").done_at is not None

"""A ticket is resolved together with its open promises, or with none of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from followup.causes import services as causes
from followup.errors import InvalidAction
from followup.history import chain
from followup.models import Promise, RootCause, Ticket
from followup.tickets import promises
from followup.tickets.resolving import with_promises
from followup.tickets.resolving.with_promises import KEPT, MOVED, WAIVED, PromiseEnd
from nps_project.accounts.models import User
from tests.factories import client_of, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def bea(db: None) -> User:
    return make_user("bea")


@pytest.fixture
def client(bea: User) -> Client:
    return client_of(bea)


@pytest.fixture
def ticket(bea: User) -> Ticket:
    causes.ensure_defaults()
    ticket = make_ticket(make_survey(), 3, contact=make_contact(1))
    for text in ("a toaster", "a call"):
        promises.make(ticket_id=ticket.pk, by=bea, text=text, due_at=timezone.now() + DAY)
    return ticket


def states() -> list[str]:
    return list(Promise.objects.order_by("pk").values_list("state", flat=True))


def form(**more: str) -> dict[str, str]:
    cause = RootCause.objects.order_by("pk")[0].slug
    return {"outcome": "kept", "root_cause": cause, "no_attempt_reason": "they wrote", "note": "", **more}


def test_promises_end_with_the_ticket(client: Client, ticket: Ticket) -> None:
    first, second = Promise.objects.order_by("pk")
    url = f"/desk/tickets/{ticket.pk}/resolve/"
    answers = {f"promise{first.pk}": "kept", f"promise{second.pk}": "waived", f"promise{second.pk}_words": "not needed"}
    assert client.post(url, form(**answers)).status_code == 303
    ticket.refresh_from_db()
    assert (ticket.status, ticket.outcome, states()) == ("resolved", "kept", ["kept", "waived"])
    assert list(chain.verify()) == []


def test_a_promise_that_is_moved_keeps_the_ticket_open(client: Client, ticket: Ticket) -> None:
    first, second = Promise.objects.order_by("pk")
    later = (timezone.now() + 3 * DAY).strftime("%Y-%m-%dT%H:%M")
    answers = {
        f"promise{first.pk}": "kept", f"promise{second.pk}": "moved", f"promise{second.pk}_words": "they agreed",
        f"promise{second.pk}_due": later,
    }  # fmt: skip
    page = client.post(f"/desk/tickets/{ticket.pk}/resolve/", form(**answers), follow=True).content.decode()
    assert "The ticket stays open until then." in page
    ticket.refresh_from_db()
    assert (ticket.status, states()) == ("open", ["kept", "open"])
    second.refresh_from_db()
    assert second.moved_count == 1


@pytest.mark.parametrize(
    ("how", "words", "status", "fault"),
    [
        ("", "", 409, "A promise to the customer is open."),
        ("waived", "", 422, "Say why."),
        ("moved", "they agreed", 422, "Say until when it is moved."),
    ],
)
def test_what_is_left_out_is_asked_for_and_nothing_changes(
    client: Client, ticket: Ticket, how: str, words: str, status: int, fault: str
) -> None:
    first, second = Promise.objects.order_by("pk")
    answers = {f"promise{first.pk}": "kept", f"promise{second.pk}": how, f"promise{second.pk}_words": words}
    answer = client.post(f"/desk/tickets/{ticket.pk}/resolve/", form(**answers))
    assert answer.status_code == status
    page = answer.content.decode()
    assert fault in page
    asked = page.split("Promised: a call")[1].split("</fieldset>")[0]
    assert "optional" not in asked.split("</legend>")[0], "an end is needed, however often it was left out"
    assert how or fault in asked, "said where it is to be chosen"
    ticket.refresh_from_db()
    assert (ticket.status, states()) == ("open", ["open", "open"])


def test_a_refusal_takes_the_whole_of_it_back(bea: User, ticket: Ticket) -> None:
    first, second = Promise.objects.order_by("pk")
    ends = [PromiseEnd(first.pk, KEPT), PromiseEnd(second.pk, WAIVED, "x")]
    with pytest.raises(InvalidAction):
        with_promises.resolve(ticket_id=ticket.pk, by=bea, ends=ends, outcome="kept", root_cause=None)
    with pytest.raises(InvalidAction):
        with_promises.resolve(
            ticket_id=ticket.pk, by=bea, ends=[ends[0], PromiseEnd(second.pk, MOVED, "", timezone.now())]
        )
    assert states() == ["open", "open"]

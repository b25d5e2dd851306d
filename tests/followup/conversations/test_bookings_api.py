"""The calls that customers booked, for programs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from followup.conversations.slots.models import CallBooking
from followup.tickets import promises
from tests.api_client import Program
from tests.factories import make_contact, make_survey, make_ticket, make_user


@pytest.mark.django_db
def test_programs_read_which_calls_are_booked_and_which_of_them_hold() -> None:
    ticket, other = (make_ticket(make_survey(name), 2, contact=make_contact(n)) for n, name in enumerate(("a", "b")))
    person, now = make_user("bea"), timezone.now()
    made = []
    for hours in (24, 48):
        due = now + timedelta(hours=hours)
        promise = promises.make(ticket_id=ticket.pk, by=person, text="A call", due_at=due, at=now)
        freed = None if hours == 24 else now
        made.append(
            CallBooking.objects.create(
                response=ticket.response, ticket=ticket, promise=promise, person=person, starts_at=due, made_at=now,
                freed_at=freed,
            )
        )  # fmt: skip
    program = Program("read")
    holding, given_back = made
    assert [row["id"] for row in program.every("bookings/")] == [given_back.pk, holding.pk]
    [row] = program.every(f"bookings/?holds=true&ticket={ticket.pk}")
    assert (row["id"], row["person"], row["holds"], row["promise"]) == (holding.pk, person.pk, True, holding.promise_id)
    assert [row["id"] for row in program.every("bookings/?holds=false")] == [given_back.pk]
    assert program.every(f"bookings/?ticket={other.pk}") == []
    program.get("bookings/?holds=perhaps", 400)
    assert Program("read", survey=other.survey).every("bookings/") == []

"""Many customers book at the same moment, over connections of their own: fifty by `make faults`."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from followup.causes import services as causes
from followup.conversations.slots import offering, services
from followup.conversations.slots.models import CallBooking
from followup.conversations.slots.services import TimeNotFree
from followup.history import chain
from followup.models import Play, Promise, Ticket
from followup.playbooks import services as playbooks
from nps_project.accounts.models import Team
from tests.factories import make_contact, make_survey, make_ticket, make_user
from tests.sizes import sized

CUSTOMERS, AT_ONCE = sized(20, 50), 10


def book_until_one_is_free(response_id: int, together: Barrier, at: datetime) -> int:
    """Each takes the first time that they are shown; told that it is gone, the first of those that are left."""
    refused = 0
    try:
        while refused < CUSTOMERS:
            ticket = Ticket.objects.select_related("play", "owner").get(response=response_id)
            shown = list(offering.offer_of(ticket, at).free)
            if refused == 0:
                together.wait(30)
            try:
                services.book(response_id=response_id, starts_at=shown[0], at=at)
            except TimeNotFree:
                refused += 1
                continue
            break
        return refused
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_all_who_book_at_once_book_different_calls() -> None:
    causes.ensure_defaults()
    playbooks.ensure_default()
    Play.objects.update(offers_call_slots=True)
    team = Team.objects.create(name="North")
    team.members.add(make_user("bea"), make_user("cai"))
    survey = make_survey(team=team)
    at = timezone.now()
    answers = [make_ticket(survey, 2, contact=make_contact(number)).response_id for number in range(CUSTOMERS)]
    Ticket.objects.update(first_contact_due_at=at + timedelta(days=7))
    together = Barrier(AT_ONCE)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        refused = list(threads.map(lambda row_id: book_until_one_is_free(row_id, together, at), answers))

    booked = list(CallBooking.objects.that_hold().values_list("person", "starts_at"))
    assert len(booked) == len(set(booked)) == CUSTOMERS
    assert CallBooking.objects.that_hold().values("response").distinct().count() == CUSTOMERS
    assert Promise.objects.filter(state="open").count() == CUSTOMERS
    assert sum(refused) > 0  # some wanted the same time, and were shown others
    assert list(chain.verify()) == []

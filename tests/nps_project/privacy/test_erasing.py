"""Erasing a customer leaves nothing of them, and every figure as it was."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.history import chain
from followup.models import ActivityKind, Ticket
from nps_project.background import sweep
from nps_project.deliveries.models import Delivery
from nps_project.privacy import erasing, giving, registry, suppression
from nps_project.privacy.models import Erasure, Kind
from surveys.campaigns.people import People, rows_of_person
from surveys.campaigns.running.dry_run import dry_run
from surveys.contacts.services import find_or_make
from surveys.models import Campaign, Contact, Invitation, Response, ResponseChange, Tally
from surveys.services import tallies
from surveys.tallying.days import counting as days
from surveys.tallying.filling import FILL
from surveys.tallying.marking import mark_these
from surveys.tallying.models import TraitTally
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket
from tests.kept_rows import copy_of, kept_for_module
from tests.nps_project.privacy.customer import CITY, EMAIL, SECRETS, Known, make_known, where

pytestmark = pytest.mark.django_db


kept_known = kept_for_module(make_known)


@pytest.fixture
def known(db: None, kept_known: Known) -> Known:
    return copy_of(kept_known)


def everything(kind: str, row_id: int, at: Any) -> str:
    subject = registry.find(kind, row_id)
    assert subject is not None
    return "".join(giving.as_json(subject, at=at, language="en"))


def test_nothing_of_a_customer_is_left_anywhere(known: Known) -> None:
    assert {one for found in where(SECRETS).values() for one in found} == set(SECRETS)
    given = everything(Kind.CONTACT, known.contact.pk, known.ticket.opened_at)
    assert [one for one in SECRETS if one not in given.lower()] == []
    assert [part["name"] for part in json.loads(given)["parts"]][:3] == [
        "Mails sent and read",
        "Answers to programs",
        "The customer",
    ]
    done = erasing.erase(Kind.CONTACT, known.contact.pk, by=known.admin)
    assert where(SECRETS) == {}
    assert (done.by, done.row_id, done.kind) == (known.admin, known.contact.pk, "contact")
    assert {"contacts", "answers", "history_texts", "messages", "mails_sent", "promises"} <= set(done.counts)


def test_figures_and_clocks_stay_and_every_chain_holds(known: Known) -> None:
    mark_these(["city"])
    sweep.run(FILL, timezone.now())
    assert TraitTally.objects.filter(value=f'"{CITY}"', count__gt=0).exists()
    kept = ("pk", "score", "state", "survey", "language", "channel", "answered_at", "contact")
    changed = {"search_vector", "history_head", "history_count", "ask_again_at"}
    names = [field.attname for field in Ticket._meta.concrete_fields if field.name not in changed]

    def figures() -> list[Any]:
        return [
            list(Response.objects.order_by("pk").values(*kept)),
            list(Tally.objects.order_by("pk").values()),
            list(Ticket.objects.order_by("pk").values(*names)),
            list(ResponseChange.objects.order_by("pk").values("response", "old_score", "new_score", "at")),
        ]

    before = figures()
    erasing.erase(Kind.CONTACT, known.contact.pk, by=known.admin)
    assert figures() == before
    assert tallies.differences() == []
    assert not TraitTally.objects.filter(value=f'"{CITY}"').exists()
    assert list(chain.verify()) == []
    last = known.ticket.activities.latest("number")
    assert (last.kind, last.actor, last.data) == (ActivityKind.ERASED, known.admin, {})
    assert known.ticket.activities.filter(kind=ActivityKind.ERASED).count() == 1


def test_others_lose_nothing(known: Known) -> None:
    other = make_contact(77, name="Somebody Else")
    ticket = make_ticket(known.ticket.survey, 3, "Their own words", contact=other)
    before = everything(Kind.CONTACT, other.pk, ticket.opened_at)
    erasing.erase(Kind.CONTACT, known.contact.pk)
    assert everything(Kind.CONTACT, other.pk, ticket.opened_at) == before
    assert "Their own words" in before


def test_what_has_not_left_is_withdrawn_and_nobody_asks_again(known: Known) -> None:
    erasing.erase(Kind.CONTACT, known.contact.pk)
    known.waiting.refresh_from_db()
    assert (known.waiting.status, known.waiting.reason) == ("skipped", "do_not_contact")
    assert Delivery.objects.get(dedupe_key="p1").status == "cancelled"
    of_several = Delivery.objects.get(dedupe_key="p5")
    assert (of_several.status, "/desk/" in of_several.body_text) == ("queued", True)
    assert Invitation.objects.get(pk=known.asked.pk).status == known.asked.status


def test_mails_to_colleagues_that_tell_of_others_stay(known: Known) -> None:
    """A short comment or a common first name says nothing of whom a mail is about; the link to a ticket does."""
    contact = make_contact(78, name="Ann")
    ticket = make_ticket(known.ticket.survey, 3, "Great", contact=contact)
    staff = {"to_address": "sam@example.com", "audience": "staff", "status": "sent"}
    texts = {"other": "Ann: Great", "digest": f"Ann: Great\nhttp://x/desk/tickets/{ticket.pk}/", "longer": ""}
    texts["longer"] = f"Bo: Great\nhttp://x/desk/tickets/{ticket.pk}1/"
    for key, text in texts.items():
        Delivery.objects.create(dedupe_key=key, body_text=text, **staff)
    erasing.erase(Kind.CONTACT, contact.pk)
    left = dict(Delivery.objects.filter(dedupe_key__in=texts).values_list("dedupe_key", "body_text"))
    assert left == texts | {"digest": ""}


def test_the_shell_is_never_found_and_its_address_is_another_customer_who_is_never_asked(known: Known) -> None:
    erasing.erase(Kind.CONTACT, known.contact.pk)
    shell = Contact.objects.get(pk=known.contact.pk)
    assert not Contact.objects.visible_to(known.admin).filter(pk=shell.pk).exists()
    assert str(shell) == "Erased customer"
    assert Response.objects.get(ticket=known.ticket).reach_name == "Erased customer"
    again = find_or_make(email=EMAIL)
    assert again.pk != shell.pk
    survey = known.ticket.survey
    asked = People(list(rows_of_person(again)), [survey.pk]).customer(again, survey.pk)
    assert asked.do_not_contact
    page = client_of(known.admin).get(f"/contacts/{again.pk}/").content.decode()
    assert "who had this address was erased" in page
    campaign = Campaign.objects.create(name="All", survey=survey)
    before = dry_run(campaign, timezone.now()).skipped["do_not_contact"]
    assert suppression.remove(EMAIL)
    assert dry_run(campaign, timezone.now()).skipped.get("do_not_contact", 0) == before - 1
    other = make_contact(5)
    assert not People(list(rows_of_person(other)), [survey.pk]).customer(other, survey.pk).do_not_contact


def test_erasing_twice_does_nothing_the_second_time(known: Known) -> None:
    first = erasing.erase(Kind.CONTACT, known.contact.pk)
    known.ticket.refresh_from_db()
    assert erasing.erase(Kind.CONTACT, known.contact.pk) == first
    assert Erasure.objects.count() == 1
    count = known.ticket.history_count
    known.ticket.refresh_from_db()
    assert known.ticket.history_count == count


def test_an_answer_of_nobody_known_is_erased_alone(known: Known) -> None:
    answer = make_answer(
        known.ticket.survey, 1, "Grumblefish", contact_name="Grumblefish Ltd", contact_phone="12345678"
    )
    done = erasing.erase(Kind.ANSWER, answer.pk)
    assert where(["grumblefish", "12345678"]) == {}
    assert done.counts["answers"] == 1
    assert tallies.differences() == []
    assert where(["zarathustra"]) != {}
    answer.refresh_from_db()
    assert (answer.score, answer.state, answer.reach_name) == (1, "confirmed", "Erased customer")


def test_who_is_not_known_is_said(known: Known) -> None:
    with pytest.raises(erasing.NotKnown):
        erasing.erase(Kind.CONTACT, 10**9)
    with pytest.raises(erasing.NotKnown):  # it belongs to a contact
        erasing.erase(Kind.ANSWER, known.ticket.response_id)


def test_the_number_of_statements_does_not_grow_with_the_customers_rows() -> None:
    survey, counts = make_survey("many"), []
    for number, tickets in ((801, 2), (802, 8)):
        contact = make_contact(number, traits={"city": "A"})
        for _ in range(tickets):
            make_ticket(survey, 2, "Long words of theirs", contact=contact, traits={"city": "A"})
        with CaptureQueriesContext(
            connection,
        ) as queries:
            erasing.erase(Kind.CONTACT, contact.pk)
        counts.append(len(queries))
    assert counts[0] == counts[1] < 130


def test_days_that_are_counted_keep_no_value_of_theirs(known: Known) -> None:
    now = timezone.now()
    Response.objects.filter(contact=known.contact).update(answered_at=now - timedelta(days=12))
    mark_these(["city", "plan"])
    sweep.run(FILL, now)
    tallies.rebuild()
    days.go_on(now)
    counted = where(SECRETS)["tallying_daycount.value"]
    assert set(counted) == {"keeperhouse", "xyzzyville"}
    erasing.erase(Kind.CONTACT, known.contact.pk)
    assert where(SECRETS) == {}
    assert days.differing_days() == []
    days.go_on(now)
    assert where(SECRETS) == {}
    assert days.differing_days() == []
    assert tallies.differences() == []

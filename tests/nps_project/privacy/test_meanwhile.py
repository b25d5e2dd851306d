"""Erasing beside everything else: twice at once, killed on the way, while a mail is sent or a ticket opened."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from followup.history import chain
from followup.models import Activity, ActivityKind, Ticket
from followup.tickets import opening
from nps_project.deliveries import composing, results, sending
from nps_project.deliveries.models import Delivery
from nps_project.privacy import erasing, suppression
from nps_project.privacy.models import Erasure, Kind, NeverAsked
from surveys.campaigns.asking import ask_some
from surveys.contacts.services import save_contact
from surveys.models import Contact, Invitation, Response
from surveys.services import tallies
from surveys.services.responses import NewAnswer, change_response
from tests.factories import make_answer, make_contact, make_survey, make_ticket
from tests.nps_project.privacy.customer import where

NAME = "Zarathustra"


@pytest.fixture
def contact() -> Contact:
    return make_contact(1, name=NAME)


def mail_to(contact: Contact, **fields: Any) -> Delivery:
    """Queued, and about nothing that the contact's rows name."""
    given = {"dedupe_key": "one", "to_address": contact.email or "", "audience": "customer", "subject": f"Dear {NAME}"}
    return Delivery.objects.create(**(given | fields))


@pytest.mark.django_db(transaction=True)
def test_two_at_once_erase_once(contact: Contact) -> None:
    survey = make_survey()
    for _ in range(3):
        make_ticket(survey, 2, f"{NAME} says so", contact=contact)

    def one(_number: int) -> Erasure:
        try:
            return erasing.erase(Kind.CONTACT, contact.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(one, range(4)))
    assert len(set(done)) == 1
    assert Activity.objects.filter(kind=ActivityKind.ERASED).count() == 3
    assert list(chain.verify()) == []
    assert where([NAME.lower()]) == {}


@pytest.mark.django_db(transaction=True)
def test_killed_on_the_way_it_changes_nothing(contact: Contact, monkeypatch: pytest.MonkeyPatch) -> None:
    make_ticket(make_survey(), 2, f"{NAME} says so", contact=contact)
    mail_to(contact)
    before = where([NAME.lower()])

    def die(*_args: Any) -> None:
        raise SystemExit

    monkeypatch.setattr(suppression, "add", die)
    with pytest.raises(SystemExit):
        erasing.erase(Kind.CONTACT, contact.pk)
    assert where([NAME.lower()]) == before
    assert Delivery.objects.get().status == "queued"
    assert not Erasure.objects.exists()
    assert not NeverAsked.objects.exists()


@pytest.mark.django_db
def test_a_mail_that_is_on_its_way_is_not_tried_again(contact: Contact) -> None:
    delivery = mail_to(contact, status="in_flight")
    erasing.erase(Kind.CONTACT, contact.pk)
    results.fail(delivery, OSError("try later"))
    delivery.refresh_from_db()
    assert (delivery.status, delivery.to_address, delivery.subject) == ("cancelled", "", "")


@pytest.mark.django_db
def test_a_mail_that_is_made_meanwhile_leaves_no_text(
    contact: Contact, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAIL_IS_STORED_ONLY = True

    def compose(rows: Any, _at: Any) -> Any:
        erasing.erase(Kind.CONTACT, contact.pk)
        return {row.pk: composing.Mail(f"Dear {NAME}", NAME, NAME, {}) for row in rows}

    monkeypatch.setattr(composing, "composer_of", lambda _template: compose)
    monkeypatch.setattr(composing, "is_kept", lambda _template: True)
    delivery = mail_to(contact, template="made_late", subject="")
    assert sending.send_one(delivery.pk)
    assert where([NAME.lower()]) == {}


@pytest.mark.django_db(transaction=True)
def test_a_ticket_that_opens_meanwhile_is_erased_too(contact: Contact) -> None:
    answer = make_answer(make_survey(), 2, f"{NAME} says so", contact=contact)
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        ticket = opening.open_for_response(answer.pk)  # holds the answer's row until the end
        assert ticket is not None

        def erase() -> Erasure:
            try:
                return erasing.erase(Kind.CONTACT, contact.pk)
            finally:
                connection.close()

        waiting = pool.submit(erase)
    waiting.result()
    assert [one.kind for one in Ticket.objects.get().activities.order_by("number")][-1] == ActivityKind.ERASED
    assert list(chain.verify()) == []


@pytest.mark.django_db(transaction=True)
def test_whoever_locks_in_another_order_waits_or_is_done_first(contact: Contact) -> None:
    """A contact whose value changes locks contact, then tickets; an answer that changes locks answer, then contact."""
    survey = make_survey()
    tickets = [make_ticket(survey, 2, f"{NAME} says so", contact=contact) for _ in range(3)]
    failed: list[BaseException] = []

    def other(number: int) -> None:
        try:
            if number % 2:
                save_contact(Contact.objects.get(pk=contact.pk), {"value": number})
            else:
                change_response(response_id=tickets[number % 3].response_id, answer=NewAnswer(number % 5, comment="x"))
        except Exception as error:  # noqa: BLE001
            failed.append(error)
        finally:
            connection.close()

    def erase() -> None:
        try:
            erasing.erase(Kind.CONTACT, contact.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        others = [pool.submit(other, number) for number in range(6)]
        done = pool.submit(erase)
        others += [pool.submit(other, number) for number in range(6)]
        done.result()
        for one in others:
            one.result()
    assert [error for error in failed if "was erased" not in str(error)] == []
    assert where([NAME.lower()]) == {}
    assert tallies.differences() == []
    assert list(chain.verify()) == []
    assert Response.objects.filter(contact=contact, erased_at=None).count() == 0


@pytest.mark.django_db(transaction=True)
def test_asking_and_erasing_at_once_leave_nobody_asked(settings: Any) -> None:
    settings.MAIL_IS_STORED_ONLY = False
    survey, at = make_survey(), timezone.now()
    contacts = [make_contact(number, name=f"{NAME} {number}") for number in range(8)]
    Contact.objects.update(email=Concat(Value("c"), Cast("pk", CharField()), Value("@kunde-1.dk")))
    asks = [
        Invitation.objects.create(survey=survey, contact=one, channel="email", status="waiting", send_at=at)
        for one in contacts
    ]

    def done(what: Any, *given: Any) -> None:
        try:
            what(*given)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        tasks = [pool.submit(done, ask_some, [one.pk for one in asks], at)]
        tasks += [pool.submit(done, erasing.erase, Kind.CONTACT, one.pk) for one in contacts]
        tasks += [pool.submit(done, ask_some, [one.pk for one in asks], at)]
    for task in tasks:
        task.result()
    assert not Delivery.objects.filter(status="queued").exists()
    assert not Invitation.objects.filter(status="waiting", asked_at=None).exists()
    assert where([NAME.lower(), "kunde-1"]) == {}

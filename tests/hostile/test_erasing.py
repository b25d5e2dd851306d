"""Erasing takes what is theirs and nothing else, whatever a stranger typed; what comes later does not bring it back."""

from typing import Any

import pytest

from nps_project.api.models import IdempotentRequest
from nps_project.deliveries.models import Delivery
from nps_project.privacy import erasing, outbox
from nps_project.privacy.models import Kind
from surveys.models import Contact
from tests.factories import make_answer, make_contact, make_survey, make_user
from tests.followup.conversations.incoming.conftest import Take, bea, take, ticket  # noqa: F401

pytestmark = pytest.mark.django_db

SECRET = "Zarathustra"


def mailed(key: str, **fields: Any) -> Delivery:
    given = {"dedupe_key": key, "to_address": "sam@example.com", "audience": "staff", "status": "queued",
             "subject": "For you", "body_text": "What to do"}  # fmt: skip
    return Delivery.objects.create(**(given | fields))


def texts_of(row: Delivery) -> tuple[str, str, str]:
    row.refresh_from_db()
    return row.status, row.subject, row.body_text


UNCHANGED = ("queued", "For you", "What to do")


def test_a_colleague_who_has_the_customers_address_keeps_their_mails() -> None:
    make_user("sam")
    contact = make_contact(1)
    Contact.objects.filter(pk=contact.pk).update(email="sam@example.com")
    reset = mailed("reset", template="password_reset")
    theirs = mailed("ask", audience="customer")
    erasing.erase(Kind.CONTACT, contact.pk)
    assert texts_of(reset) == UNCHANGED
    assert texts_of(theirs) == ("cancelled", "", "")


def test_a_longer_name_number_or_address_is_somebody_else() -> None:
    contact = make_contact(1, name="Christians", external_id="100200")
    Contact.objects.filter(pk=contact.pk).update(email="n@acme.dk")
    others = "Christianson, 1002003, john@acme.dk and n@acme.dk.com wait"
    digest = mailed("digest", body_text=others)
    program = IdempotentRequest.objects.create(
        user=make_user("robot"), key="k", fingerprint="f", status=201, body={"email": "john@acme.dk", "name": others}
    )
    theirs = mailed("theirs", body_text="Write to n@acme.dk.")
    erasing.erase(Kind.CONTACT, contact.pk)
    assert texts_of(digest) == ("queued", "For you", others)
    program.refresh_from_db()
    assert program.body == {"email": "john@acme.dk", "name": others}
    assert "n@acme.dk" not in texts_of(theirs)[2]


def test_a_comment_that_quotes_the_products_own_mails_keeps_nobody_out() -> None:
    said = "To choose a new password, open"
    answer = make_answer(make_survey(), 9, said)
    reset = mailed("reset", template="password_reset", body_text=f"{said} this link")
    erasing.erase(Kind.ANSWER, answer.pk)
    assert texts_of(reset)[2] == f"{said} this link"


def test_an_outbox_of_any_size_is_searched_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each statement ends long before the limit of a web process, however many comments there are to look for."""
    contact = make_contact(1, name="Zarathustra Quill")
    rows = [mailed(f"m{number}", status="sent", body_text=f"{number} Zarathustra Quill") for number in range(7)]
    monkeypatch.setattr(outbox, "STEP", 2)
    erasing.erase(Kind.CONTACT, contact.pk)
    assert {texts_of(row)[2] for row in rows} == {""}

"""Erasing takes what is theirs and nothing else, whatever a stranger typed; what comes later does not bring it back."""

import json
from typing import Any

import pytest
from django.utils import timezone

from followup.conversations.case import services as case_services
from followup.conversations.incoming import deciding
from followup.conversations.models import Message
from followup.errors import WrongState
from followup.models import Ticket
from nps_project.api.models import IdempotentRequest
from nps_project.background import sweep
from nps_project.deliveries.models import Delivery
from nps_project.privacy import again, erasing, giving, outbox, registry, suppression
from nps_project.privacy.models import Erasure, Kind, NeverAsked
from surveys.contacts.imports import parts
from surveys.contacts.imports.models import ImportPart
from surveys.models import Contact, Invitation, Response
from surveys.privacy.late import LATE
from surveys.services import tallies
from surveys.services.responses import NewAnswer, Origin, record_response
from tests.factories import make_answer, make_contact, make_survey, make_ticket, make_user
from tests.followup.conversations.incoming.conftest import Take, bea, take, ticket  # noqa: F401
from tests.followup.conversations.incoming.mails import address_of, mail, sent
from tests.nps_project.privacy.customer import where
from tests.surveys.contacts.imports.files import begin

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


@pytest.mark.parametrize("kind", [Kind.CONTACT, Kind.ANSWER])
def test_who_types_the_address_of_another_customer_takes_nothing_of_theirs(kind: Kind) -> None:
    """Nobody checks what is typed in a survey."""
    victim, attacker = make_contact(1, name="Victoria"), make_contact(2, name="Mallory Quick")
    survey = make_survey()
    whose = {"contact": attacker} if kind == Kind.CONTACT else {}
    answer = make_answer(survey, 3, "Hm", contact_email=victim.email, **whose)
    ask = mailed("ask", audience="customer", to_address=victim.email)
    letter = Message.objects.create(direction="in", from_address=str(victim.email), text="Help me",
                                    contact=victim, status="waiting")  # fmt: skip
    begin(f"email,name\n{victim.email},Victoria\n")
    subject = registry.find(kind, attacker.pk if kind == Kind.CONTACT else answer.pk)
    assert subject is not None
    given = "".join(giving.as_json(subject, at=timezone.now(), language="en"))
    assert "Mallory" in given or kind == Kind.ANSWER
    assert [text for text in ("What to do", "Help me", "Victoria") if text in given] == []
    erasing.erase(kind, attacker.pk if kind == Kind.CONTACT else answer.pk)
    assert texts_of(ask) == UNCHANGED
    letter.refresh_from_db()
    assert (letter.text, letter.erased_at) == ("Help me", None)
    assert not NeverAsked.objects.filter(digest=suppression.digest_of(victim.email or "")).exists()
    assert [row.cells for row in parts.read(ImportPart.objects.get().run_id, 0)] == [[victim.email, "Victoria"]]
    answer.refresh_from_db()
    assert (answer.comment, answer.contact_email) == ("", "")


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


def test_a_number_that_is_a_common_word_empties_no_line_of_others() -> None:
    contact = make_contact(1, external_id="1")
    run = begin("number,email,plan\n2,else@elsewhere.dk,1\n1,customer1@example.com,1\n")
    run.faults.create(line=2, field="value", value="1", code="number")
    erasing.erase(Kind.CONTACT, contact.pk)
    assert [row.cells for row in parts.read(run.pk, 0)] == [["2", "else@elsewhere.dk", "1"], ["", "", ""]]
    assert run.faults.get().value == "1"


def test_an_outbox_of_any_size_is_searched_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each statement ends long before the limit of a web process, however many comments there are to look for."""
    contact = make_contact(1, name="Zarathustra Quill")
    rows = [mailed(f"m{number}", status="sent", body_text=f"{number} Zarathustra Quill") for number in range(7)]
    monkeypatch.setattr(outbox, "STEP", 2)
    erasing.erase(Kind.CONTACT, contact.pk)
    assert {texts_of(row)[2] for row in rows} == {""}


def test_a_mail_to_an_old_address_of_an_erased_customer_is_on_no_ticket(ticket: Ticket, take: Take) -> None:  # noqa: F811
    to = address_of(sent(ticket))
    erasing.erase(Kind.CONTACT, ticket.response.contact_id or 0)
    take(mail(f"I am {SECRET}", to=to))
    message = Message.objects.get(direction="in")
    assert (message.ticket, message.contact, message.status) == (None, None, "waiting")
    with pytest.raises(WrongState):
        deciding.attach(message_id=message.pk, ticket=ticket, by=make_user("chief", "manager"))


def test_nothing_is_written_on_the_page_of_an_answer_that_was_erased_meanwhile() -> None:
    answer = make_answer(make_survey(), 2, "Late", contact_name=SECRET)
    erasing.erase(Kind.ANSWER, answer.pk)
    assert not case_services.write(response_id=answer.pk, text=SECRET, submission=None, at=timezone.now())
    assert where([SECRET.lower()]) == {}


def test_an_answer_that_was_on_its_way_is_erased_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    contact, survey, at = make_contact(1, name=SECRET), make_survey(), timezone.now()
    asked = Invitation.objects.create(survey=survey, contact=contact, channel="email", status="sent", send_at=at)
    erasing.erase(Kind.CONTACT, contact.pk)
    record_response(
        survey=survey, answer=NewAnswer(2, comment=f"{SECRET} was here"),
        origin=Origin(channel="personal", language="en", contact_id=contact.pk, invitation_id=asked.pk),
    )  # fmt: skip
    assert where([SECRET.lower()]) != {}
    assert sweep.run(LATE, timezone.now()) == 1
    assert where([SECRET.lower()]) == {}
    assert Erasure.objects.count() == 2
    assert sweep.run(LATE, timezone.now()) == 0


@pytest.mark.parametrize("state", ["confirmed", "provisional", "discarded"])
def test_figures_agree_after_any_answer_is_erased(state: str) -> None:
    contact, survey = make_contact(1, traits={"city": "A"}), make_survey()
    first = make_ticket(survey, 2, f"{SECRET} says", contact=contact, traits={"city": "A"})
    evidence = {"evidence": {"why": "flood"}} if state == "provisional" else {}
    make_answer(survey, 4, SECRET, contact=contact, traits={"city": "A"}, state=state, follows_id=first.response_id,
                **evidence)  # fmt: skip
    erasing.erase(Kind.CONTACT, contact.pk)
    assert tallies.differences() == []
    assert where([SECRET.lower()]) == {}
    assert Response.objects.filter(contact=contact, erased_at=None).count() == 0


@pytest.mark.parametrize(
    "line", ["[" * 200_000, '{"born_at": "2026-11-28T10:00:00Z", "kind": "contact", "id": 1e999}', "7"]
)
def test_a_line_that_nobody_wrote_here_is_named(line: str) -> None:
    with pytest.raises(again.BadList, match="line 1"):
        again.read([line])


def test_a_list_that_names_others_erases_nobody() -> None:
    contact = make_contact(1)
    for row_id in (contact.pk, 10**30, -1):
        line = {"kind": "contact", "id": row_id, "born_at": timezone.now().isoformat(), "why": "asked"}
        assert again.repeat([json.dumps(line)]) == 0
    contact.refresh_from_db()
    assert contact.erased_at is None

"""Programs read messages, write one and take one back."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from followup.conversations.files.storing import NewFile
from followup.conversations.models import Message
from followup.conversations.writing import services
from followup.conversations.writing.services import Draft
from followup.models import Ticket
from nps_project.accounts.models import User
from nps_project.deliveries.models import Delivery
from surveys.models import Contact
from tests.api_client import Program
from tests.factories import make_survey

pytestmark = pytest.mark.django_db

MAIL = {"subject": "Undskyld, {name}", "text": "Vi ringer.\nHilsen {brand}"}


def test_a_program_writes_a_mail_once_and_takes_it_back(ticket: Ticket) -> None:
    program, path = Program("write"), f"tickets/{ticket.pk}/messages/"
    made = program.post(path, MAIL, Idempotency_Key="one")
    assert program.post(path, MAIL, Idempotency_Key="one") == made
    assert Message.objects.count() == Delivery.objects.filter(template="ticket_mail").count() == 1
    assert made["from"].startswith("winback@")
    assert {name: made[name] for name in ("ticket", "direction", "to", "subject", "text", "status")} == {
        "ticket": ticket.pk, "direction": "out", "to": "karin@nordlys.dk", "subject": "Undskyld, Karin Jensen",
        "text": "Vi ringer.\nHilsen Nordlys", "status": "queued",
    }  # fmt: skip
    back = program.post(f"messages/{made['id']}/take-back/", {}, status=200)
    assert back["status"] == "cancelled"
    refused = program.post(f"messages/{made['id']}/take-back/", {}, status=409)
    assert refused["errors"][0]["allowed"] == "a mail that has not left yet"
    later = (timezone.now() + timedelta(days=1)).replace(microsecond=0)
    assert program.post(path, {**MAIL, "send_at": later.isoformat()})["send_at"] == later.isoformat().replace(
        "+00:00", "Z"
    )


def test_what_is_refused_names_field_value_and_what_is_allowed(ticket: Ticket) -> None:
    program, path = Program("write"), f"tickets/{ticket.pk}/messages/"
    for body, field in [
        ({"subject": "A"}, "text"), ({"text": "A"}, "subject"), ({**MAIL, "cc": "x"}, "cc"),
        ({**MAIL, "text": "Dear {nothing}"}, "text"), ({**MAIL, "text": "a\0b"}, "text"),
        ({**MAIL, "text": "x" * 20_001}, "text"), ({**MAIL, "subject": "x" * 201}, "subject"),
        ({**MAIL, "send_at": "2020-01-01T00:00:00Z"}, "send_at"),
    ]:  # fmt: skip
        assert program.post(path, body, status=422)["errors"][0]["field"] == field, body
    huge = program.call("POST", path, json.dumps({**MAIL, "text": "x" * 10_000_000}).encode())
    assert huge.status_code in (413, 422)
    Contact.objects.update(do_not_contact=True)
    refused = program.post(path, MAIL, status=409)
    assert refused["errors"][0]["value"] == "do_not_contact"
    assert not Message.objects.exists()


def test_messages_are_listed_for_who_may_see_their_ticket(ticket: Ticket, agent: User) -> None:
    draft = Draft("Plan", "Tak", files=[NewFile("plan.pdf", b"%PDF-1.7")])
    message = services.write(ticket_id=ticket.pk, by=agent, draft=draft)
    Message.objects.create(direction="in", status="waiting", text="Whose is this?", from_address="who@nordlys.dk")
    (row,) = Program("read").every(f"messages/?ticket={ticket.pk}")
    assert row == Program("read").get(f"messages/{message.pk}/")
    assert row["attachments"] == [{"id": message.attachments.get().pk, "name": "plan.pdf", "size": 8}]
    assert (row["is_automatic"], row["is_accepted"], row["author"]) == (False, True, agent.pk)
    Program("read").get("messages/?about=x", status=400)
    other = Program("read", survey=make_survey("other"))
    assert other.every("messages/") == []
    other.get(f"messages/{message.pk}/", status=404)
    Program("write", survey=make_survey("third")).post(f"tickets/{ticket.pk}/messages/", MAIL, status=404)
    Program("read").post(f"tickets/{ticket.pk}/messages/", MAIL, status=403)

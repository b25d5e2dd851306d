"""A customer of whom everything is known: every table that leads to one has a row, full of secrets."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from zlib import decompress

from django.db import connection
from django.utils import timezone

from followup.desk import presence
from followup.models import Ticket
from followup.playbooks.trials.models import Draw, Trial
from followup.tickets import actions, attempts, opening, promises
from nps_project.accounts.models import User
from nps_project.api.models import IdempotentRequest
from nps_project.deliveries.inbound.models import InboundMail, MailSource
from nps_project.deliveries.models import Delivery
from surveys.contacts.imports import parts
from surveys.contacts.imports.models import ContactImport, ImportedContact, ImportFault, ImportPart
from surveys.contacts.imports.reading.delimited import FileRow
from surveys.contacts.services import save_contact
from surveys.models import AskDecision, Contact, Decision, Invitation, Question, Response, Unsubscription
from surveys.services.invitations import create_invitation
from surveys.services.responses import NewAnswer, change_response
from surveys.services.surveys import save_question
from tests.addresses import make_world
from tests.factories import make_answer, make_survey, make_user
from tests.hostile import conversation_rows
from tests.surveys.scanners.conftest import opened_and_tapped

NAME, EMAIL, PHONE = "Zarathustra Quillfeather", "zara@quillmail.dk", "+45 77 66 55 44"
NUMBER, MANAGER, WORD, CITY = "CUST-990817", "keeper@keeperhouse.dk", "Plugh", "Xyzzyville"
SECRETS = ["zarathustra", "quillfeather", "quillmail", "77 66 55 44", "990817", "keeperhouse", "plugh"]
SECRETS += ["xyzzyville"]


@dataclass
class Known:
    """Their rows."""

    contact: Contact
    ticket: Ticket
    waiting: Invitation
    asked: Invitation
    typed: Response  # by nobody known, with their address
    admin: User


def make_known() -> Known:
    """The customer, with everything; `make_world` has other customers beside them."""
    world = make_world()
    sam, at = make_user("sam"), timezone.now()
    contact = save_contact(
        Contact(),
        {
            "name": NAME, "email": EMAIL, "phone": PHONE, "external_id": NUMBER, "account_manager": MANAGER,
            "traits": {"city": CITY, "company": "Acme Kitchens"}, "value": Decimal(9000), "time_zone": "Europe/Berlin",
            "language": "en",
        },
    )  # fmt: skip
    survey = make_survey("south")
    question = save_question(Question(survey=survey, kind="text", texts={"en": "Why?"}))
    rating = save_question(Question(survey=survey, kind="rating", texts={"en": "How well?"}))
    answer = make_answer(survey, 4, f"{WORD} before, says {NAME}", contact=contact, traits={"city": CITY})
    change_response(
        response_id=answer.pk,
        answer=NewAnswer(
            score=2, comment=f"{WORD} now. I am {NAME}.", contact_phone=PHONE,
            answers={question.pk: f"{WORD} why", rating.pk: "3"},
        ),
    )  # fmt: skip
    make_answer(make_survey("north"), 9, f"{WORD} is lovely", contact=contact, traits={"city": CITY})
    typed = make_answer(survey, 10, f"{WORD} by the way", contact_email=EMAIL.upper(), contact_name=NAME)
    ticket = opening.open_for_response(answer.pk)
    assert ticket is not None
    asked = create_invitation(survey=survey, contact=contact)
    opened_and_tapped(asked, answer)
    waiting = Invitation.objects.create(survey=survey, contact=contact, channel="email", status="waiting", send_at=at)
    Unsubscription.objects.create(contact=contact, survey=survey)
    AskDecision.objects.create(contact=contact, survey=survey, decision="asked")
    Decision.objects.create(response=answer, kind="restored", before="discarded", reason=f"{WORD} reason", at=at)
    run = ContactImport.objects.create(by=sam, state="finished", header=["name", "email"], total=2)
    rows = [FileRow(2, ["Somebody", "else@elsewhere.dk"]), FileRow(3, [NAME, EMAIL])]
    run.parts.create(number=0, content=parts.packed(rows))
    ImportedContact.objects.create(run=run, contact=contact, line=3, is_made=False, before={"name": NAME}, at=at)
    ImportFault.objects.create(run=run, line=3, field="phone", value=PHONE, code="phone", is_warning=True)
    ImportFault.objects.create(run=run, line=4, code="other_number", detail=NUMBER)
    actions.claim(ticket_id=ticket.pk, by=sam)
    actions.add_note(ticket_id=ticket.pk, by=sam, text=f"{WORD} note for @ada@example.com about {NAME}")
    step = ticket.steps.get(kind="next_contact")
    actions.set_step(ticket_id=ticket.pk, step_id=step.pk, by=sam, note=f"{WORD}: lawsuit pending")
    due = at + timedelta(days=3)
    promises.make(ticket_id=ticket.pk, by=sam, text=f"{WORD} promise", due_at=due)
    conversation_rows.add(ticket, WORD, by=sam, at=at)
    attempts.log_attempt(ticket_id=ticket.pk, by=sam, result="no_answer", note=f"{WORD} was out")
    actions.wait(ticket_id=ticket.pk, by=sam, until=due, reason=f"{WORD} wait")
    presence.seen(ticket_id=ticket.pk, person=sam, at=at)
    Draw.objects.create(
        trial=Trial.objects.filter(state="drawing")[0], ticket=ticket, contact=contact, arm="b", score=2, at=at
    )
    ticket.refresh_from_db()
    _mails(ticket, waiting)
    return Known(contact, ticket, waiting, asked, typed, world.admin)


def _mails(ticket: Ticket, waiting: Invitation) -> None:
    """To the customer, about them, about several, and back."""
    texts = {"subject": f"For {NAME}", "body_text": f"{WORD} {NAME}", "body_html": f"<p>{WORD}</p>"}
    to_them = {"to_address": EMAIL, "audience": "customer", "last_error": f"550 {EMAIL}", **texts}
    Delivery.objects.create(dedupe_key="p1", about=f"invitation:{waiting.pk}", status="queued", **to_them)
    Delivery.objects.create(dedupe_key="p2", about="", status="sent", **to_them | {"to_address": EMAIL.upper()})
    staff = {"to_address": "sam@example.com", "audience": "staff", **texts}
    Delivery.objects.create(dedupe_key="p3", about=f"ticket:{ticket.pk}", status="sent", **staff)
    Delivery.objects.create(dedupe_key="p4", about="", status="sent", **staff)
    Delivery.objects.create(dedupe_key="p5", about="", status="queued", **staff)
    source = MailSource.objects.create(name="care", kind="mailbox")
    InboundMail.objects.create(
        source=source, uid=1, message_id_hash="h", digest="d", kind="person", left_for="person",
        from_address=EMAIL.title(), subject=f"{WORD}?", at=timezone.now(),
    )  # fmt: skip
    IdempotentRequest.objects.create(
        user=make_user("robot"), key="k", fingerprint="f", status=201, body={"email": EMAIL, "id": 7, "notes": [NAME]}
    )


def everywhere() -> dict[str, str]:
    """All text, JSON, arrays, vectors and bytes of every table, by table and column, in lower case; hidden in bytes is
    what is text in UTF-8."""
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = 'public' AND data_type NOT IN ('bigint', 'integer', 'smallint', 'boolean', 'date') "
            "AND data_type NOT LIKE 'time%'"
        )
        for table, column, kind in cursor.fetchall():
            text = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
            cursor.execute(f'SELECT string_agg({text}, chr(10)) FROM "{table}"')
            (value,) = cursor.fetchone()
            found[f"{table}.{column}"] = (value or "").lower()
    return found


def where(secrets: list[str]) -> dict[str, list[str]]:
    """The columns in which one of the secrets stands."""
    found = {place: [one for one in secrets if one in text] for place, text in everywhere().items()}
    lines = " ".join(decompress(bytes(part.content)).decode().lower() for part in ImportPart.objects.all())
    found["imports_importpart.content"] = [one for one in secrets if one in lines]
    return {place: secrets for place, secrets in found.items() if secrets}

"""What a ticket's page and the API offer on mails that came in."""

from typing import Any

import pytest

from followup.conversations.incoming import deciding
from followup.conversations.models import Message
from followup.errors import WrongState
from followup.models import RootCause, Ticket
from followup.tickets import actions
from nps_project.accounts.models import User
from nps_project.deliveries.models import Delivery
from nps_project.deliveries.reply_header import reply_to_of
from surveys.models import Contact
from tests.api_client import Program
from tests.factories import client_of
from tests.followup.conversations.incoming.conftest import Take
from tests.followup.conversations.incoming.mails import address_of, mail, sent

pytestmark = pytest.mark.django_db


def the_reply() -> Message:
    return Message.objects.filter(direction="in").latest("pk")


def test_the_ticket_offers_to_accept_and_to_say_thanks(ticket: Ticket, bea: User, take: Take) -> None:
    to = address_of(sent(ticket))
    client = client_of(bea)
    take(mail("I am her sister", to=to, sender="sister@x.dk"))
    page = client.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "It is the customer’s" in page
    assert "From another address" in page
    assert f"/desk/mail/{the_reply().pk}/raw/" in page
    client.post(f"/desk/mail/{the_reply().pk}/accept/")
    page = client.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "It is the customer’s" not in page
    assert "Only thanks" in page
    client.post(f"/desk/mail/{the_reply().pk}/thanks/")
    assert "The customer only said thanks" in client.get(f"/desk/tickets/{ticket.pk}/").content.decode()


def test_a_prepared_mail_goes_after_one_click(ticket: Ticket, bea: User, take: Take, settings: Any) -> None:
    take(mail("Broken", to=address_of(sent(ticket))))
    (address,) = reply_to_of(Delivery.objects.get(template="ticket_wrote"))
    raw = mail("To the customer:\nWe come at nine.", to=address, sender="bea@example.com", message_id="<b@x>")
    take(raw)
    prepared = Message.objects.filter(direction="out").latest("pk")
    client = client_of(bea)
    page = client.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "Send it to the customer" in page
    assert "Prepared by mail" in page
    settings.MAIL_IS_STORED_ONLY = False
    # The factory's customers have addresses of examples, which are never mailed: that is said.
    said = client.post(f"/desk/mail/{prepared.pk}/send/", follow=True).content.decode()
    assert "This address is an example" in said
    Contact.objects.update(email="ann@kunde.dk")
    client.post(f"/desk/mail/{prepared.pk}/send/")
    out = Message.objects.filter(direction="out").latest("pk")
    assert (out.text, out.status, out.is_accepted, out.author) == ("We come at nine.", "queued", True, bea)
    assert not Message.objects.filter(pk=prepared.pk).exists()
    assert Delivery.objects.filter(to_address="ann@kunde.dk").count() == 1
    with pytest.raises(WrongState):
        deciding.send_prepared(message_id=prepared.pk, by=bea)


def test_the_api_accepts_and_attaches(ticket: Ticket, bea: User, take: Take) -> None:
    take(mail("Whose?", sender="x@y.dk"))
    stray = the_reply()
    take(mail("Hers?", to=address_of(sent(ticket)), sender="x@y.dk", message_id="<2@x>"))
    other = the_reply()
    program = Program("write")
    shown = {row["id"]: row["ticket"] for row in program.get("messages/")["results"]}
    assert shown[other.pk] == ticket.pk
    assert stray.pk not in shown  # of an unknown sender: managers decide
    done = program.post(f"messages/{other.pk}/accept/", {}, 200)
    assert (done["is_accepted"], done["status"]) == (True, "received")
    program.post(f"messages/{other.pk}/accept/", {}, 409)
    admin = Program("admin")
    assert admin.post(f"messages/{stray.pk}/attach/", {"ticket": ticket.pk}, 200)["ticket"] == ticket.pk
    refused = admin.post(f"messages/{other.pk}/attach/", {"ticket": 999999}, 422)
    assert "999999" in str(refused)


def test_thanks_on_a_reopened_ticket_close_it_from_the_page(ticket: Ticket, bea: User, take: Take) -> None:
    to = address_of(sent(ticket))
    cause = RootCause.objects.filter(is_active=True)[0]
    actions.resolve(ticket_id=ticket.pk, by=bea, outcome="kept", root_cause=cause)
    take(mail("Thank you", to=to))
    client_of(bea).post(f"/desk/mail/{the_reply().pk}/thanks/")
    assert Ticket.objects.get(pk=ticket.pk).outcome == "kept"

"""The list of mails without a ticket, the page of one, and what is saved of a mail."""

import pytest
from django.test import Client

from followup.conversations.models import Message
from followup.models import Ticket
from tests.factories import client_of, make_user
from tests.followup.conversations.incoming.conftest import Take
from tests.followup.conversations.incoming.mails import address_of, mail, sent

pytestmark = pytest.mark.django_db

MIXED = """--B
Content-Type: text/plain; charset=utf-8

Please look.
--B
Content-Type: text/html
Content-Disposition: attachment; filename="..\\..\\evil.html"

<script>alert(1)</script>
--B
Content-Type: image/png; name="a.png"
Content-Disposition: attachment
Content-Transfer-Encoding: base64

iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
--B--"""


@pytest.fixture
def manager(db: None) -> Client:
    return client_of(make_user("cai", "manager"))


def the_reply() -> Message:
    return Message.objects.filter(direction="in").latest("pk")


def test_the_list_says_who_wrote_what_and_who_it_may_be(ticket: Ticket, take: Take, manager: Client) -> None:
    take(mail("Where is <b>my</b> parcel?", subject="Parcel <i>"))
    take(mail("Buy!", sender="spam@x.dk", message_id="<2@x>"))
    page = manager.get("/desk/mail/").content.decode()
    assert "Where is &lt;b&gt;my&lt;/b&gt; parcel?" in page
    assert "Parcel &lt;i&gt;" in page
    assert "may be Customer 1" in page
    assert page.index("spam@x.dk") < page.index("customer1@example.com")
    assert "2 mails belong to no ticket yet" in manager.get("/desk/").content.decode()
    manager.post(f"/desk/mail/{the_reply().pk}/aside/")
    assert "1 mail belongs to no ticket yet" in manager.get("/desk/").content.decode()
    assert "spam@x.dk" not in manager.get("/desk/mail/").content.decode().partition("<main")[2].partition("messages")[0]
    assert "spam@x.dk" in manager.get("/desk/mail/?view=aside").content.decode()


def test_it_is_put_on_a_ticket_by_number_and_by_name(ticket: Ticket, take: Take, manager: Client) -> None:
    take(mail("Hello", sender="ann@private.dk"))
    url = f"/desk/mail/{the_reply().pk}/"
    assert "Put it on this ticket" not in manager.get(url).content.decode()
    for words in (f"#{ticket.pk}", str(ticket.pk), "Customer"):
        assert "Put it on this ticket" in manager.get(url, {"q": words}).content.decode()
    refused = manager.post(f"{url}attach/", {"ticket": "<b>9"})
    assert (refused.status_code, "&lt;b&gt;9" in refused.content.decode()) == (422, True)
    done = manager.post(f"{url}attach/", {"ticket": f"#{ticket.pk}"})
    assert (done.status_code, done["Location"]) == (303, f"/desk/tickets/{ticket.pk}/#conversation")
    assert the_reply().ticket_id == ticket.pk
    assert manager.get(url).status_code == 404
    again = manager.post(f"{url}attach/", {"ticket": str(ticket.pk)}, follow=True)
    assert "Somebody has decided about this mail already" in again.content.decode()


def test_files_are_told_by_content_named_safely_and_only_saved(ticket: Ticket, take: Take, manager: Client) -> None:
    take(mail(MIXED, to=address_of(sent(ticket)), kind='multipart/mixed; boundary="B"'))
    reply = the_reply()
    assert reply.text == "Please look."
    html, picture = reply.attachments.all()
    assert (html.name, html.content_type) == ("evil.html", "text/plain")
    assert (picture.name, picture.content_type) == ("a.png", "image/png")
    for url in (f"/desk/mail/{reply.pk}/files/{html.pk}/", f"/desk/mail/{reply.pk}/raw/"):
        answer = manager.get(url)
        assert answer["Content-Type"] == "application/octet-stream"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["Content-Disposition"].startswith("attachment;")
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"<script>" in manager.get(f"/desk/mail/{reply.pk}/raw/").content
    other = Message.objects.filter(direction="out").latest("pk")
    assert manager.get(f"/desk/mail/{other.pk}/files/{html.pk}/").status_code == 404


def test_people_of_other_teams_get_nothing(ticket: Ticket, take: Take) -> None:
    take(mail("Hello", sender="ann@private.dk"))
    unknown = the_reply()
    take(mail("To a ticket", to=address_of(sent(ticket)), message_id="<2@x>"))
    client = client_of(make_user("dan", all_teams=False))
    for message in (unknown, the_reply()):
        assert client.get(f"/desk/mail/{message.pk}/").status_code == 404
        assert client.get(f"/desk/mail/{message.pk}/raw/").status_code == 404
        assert client.post(f"/desk/mail/{message.pk}/accept/").status_code == 404
    assert "ann@private.dk" not in client.get("/desk/mail/").content.decode()
    assert client_of(make_user("vic", "viewer")).get("/desk/mail/").status_code == 403


@pytest.mark.parametrize("size", [1, 12])
def test_the_list_costs_the_same_however_long(
    take: Take, manager: Client, django_assert_max_num_queries: object, size: int
) -> None:
    for number in range(size):
        take(mail(f"Mail {number}", message_id=f"<{number}@x>"))
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        manager.get("/desk/mail/")

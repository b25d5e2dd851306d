"""A mail is written on the ticket's page: how it begins, what is refused, and how it is taken back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.conversations.files.storing import NewFile
from followup.conversations.models import Attachment, Message
from followup.conversations.writing import services
from followup.conversations.writing.errors import MayNotWrite
from followup.conversations.writing.services import Draft
from followup.errors import InvalidAction
from followup.models import Play, Ticket
from nps_project.accounts.models import Team, User
from nps_project.deliveries.models import Delivery
from surveys.models import Contact
from tests.factories import client_of, make_user
from tests.nps_project.deliveries.mail_server import MailServer

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture
def client(agent: User) -> Client:
    return client_of(agent)


def address(ticket: Ticket, rest: str = "mail/write/") -> str:
    return f"/desk/tickets/{ticket.pk}/{rest}"


def page_of(client: Client, ticket: Ticket) -> str:
    return client.get(address(ticket, "")).content.decode()


def write(client: Client, ticket: Ticket, **data: Any) -> Any:
    return client.post(address(ticket), {"subject": "Din bestilling", "text": "Kære Karin", **data})


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.activities.order_by("number").values_list("kind", flat=True))


def test_the_mail_begins_with_the_words_of_the_play_in_the_language_of_the_customer(
    client: Client, ticket: Ticket
) -> None:
    Play.objects.filter(pk=ticket.play_id).update(
        mail_subject={"da": "Undskyld, {name}", "en": "Sorry"}, mail_body={"da": "{company} gav os {score}. {brand}"}
    )
    page = page_of(client, ticket)
    assert 'value="Undskyld, Karin Jensen"' in page
    assert "Nordlys Tryk gav os 5. Nordlys</textarea>" in page
    assert 'href="#mail" data-key="e"' in page


def test_a_field_without_a_value_is_named_and_the_mail_waits_for_the_writer(client: Client, ticket: Ticket) -> None:
    Contact.objects.update(name="")
    Play.objects.filter(pk=ticket.play_id).update(mail_subject={"en": "Sorry"}, mail_body={"en": "Dear {name}"})
    named = "{name}: the name of the customer is not known"
    assert named in page_of(client, ticket)
    refused = write(client, ticket, text="Dear {name}, and {nothing}")
    assert refused.status_code == 422
    page = refused.content.decode()
    assert page.count(named) == 2  # beside the form, and at the field
    assert "{nothing} is no field" in page
    assert "Dear {name}, and {nothing}</textarea>" in page
    assert not Message.objects.exists()
    assert write(client, ticket, text="Dear customer of {brand}").status_code == 303
    assert Message.objects.get().text == "Dear customer of Nordlys"


def test_a_sent_mail_can_be_taken_back_and_its_words_are_in_the_form_again(client: Client, ticket: Ticket) -> None:
    file = SimpleUploadedFile("plan.png", PNG, "text/html")
    answer = write(client, ticket, subject="Plan\r\nBcc: all@nordlys.dk", attached=[file])
    assert (answer.status_code, answer["Location"]) == (303, address(ticket, ""))
    message = Message.objects.get()
    assert message.status == "queued"
    assert message.subject == "Plan Bcc: all@nordlys.dk"
    assert message.send_at == message.at + services.TAKE_BACK
    assert Delivery.objects.get().retry_at == message.send_at
    page = page_of(client, ticket)
    assert "The mail leaves in 10 seconds." in page
    assert "Leaves in a moment" in page
    assert page.count(address(ticket, f"mail/{message.pk}/take-back/")) == 2
    taken = client.post(address(ticket, f"mail/{message.pk}/take-back/"))
    assert taken["Location"] == address(ticket, f"mail/write/?again={message.pk}#mail")
    again = client.get(taken["Location"]).content.decode()
    assert 'value="Plan Bcc: all@nordlys.dk"' in again
    assert 'class="panel is-open" id="mail"' in again
    kept = Attachment.objects.get()
    assert f'name="kept" value="{kept.pk}" checked' in again
    message.refresh_from_db()
    assert (message.status, Delivery.objects.get().status) == ("cancelled", "cancelled")
    assert kinds(ticket)[-2:] == ["mail_written", "mail_taken_back"]
    late = client.post(address(ticket, f"mail/{message.pk}/take-back/"), follow=True)
    assert "taken back already" in late.content.decode()
    write(client, ticket, kept=[kept.pk])
    assert [one.name for one in Message.objects.latest("pk").attachments.all()] == ["plan.png"]


def test_a_mail_that_has_left_cannot_be_taken_back(client: Client, ticket: Ticket) -> None:
    write(client, ticket)
    Delivery.objects.update(status="in_flight")
    late = client.post(address(ticket, f"mail/{Message.objects.get().pk}/take-back/"), follow=True)
    assert "It is too late: the mail has left." in late.content.decode()
    assert Message.objects.get().status == "queued"


def test_a_form_that_is_sent_twice_writes_one_mail(client: Client, ticket: Ticket) -> None:
    for _time in range(2):
        assert write(client, ticket, submission="a" * 22).status_code == 303
    assert Message.objects.count() == 1


def test_a_mail_can_leave_at_a_time_of_the_readers_zone(client: Client, ticket: Ticket, agent: User) -> None:
    at = (timezone.now() + timedelta(days=2)).astimezone(agent.zone).replace(second=0, microsecond=0)
    write(client, ticket, send_at=f"{at:%Y-%m-%dT%H:%M}")
    assert Message.objects.get().send_at == at
    assert "The mail leaves " in page_of(client, ticket)
    for wrong in ("2020-01-01T09:00", "2900-01-01T09:00", "soon"):
        refused = write(client, ticket, text="Another", send_at=wrong)
        assert refused.status_code == 422, wrong
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"subject": ""}, "This is needed."),
        ({"text": " \n"}, "This is needed."),
        ({"text": "x" * 20_001}, "at most 20000 characters"),
        ({"text": "a\0b"}, "Null characters are not allowed."),
    ],
)
def test_words_that_do_not_go_are_refused_beside_their_field(
    client: Client, ticket: Ticket, given: dict[str, str], words: str
) -> None:
    refused = write(client, ticket, **given)
    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert not Message.objects.exists()


def test_ten_million_letters_are_refused_and_nothing_is_stored(client: Client, ticket: Ticket) -> None:
    client.raise_request_exception = False
    refused = write(client, ticket, text="x" * 10_000_000)
    assert refused.status_code in (400, 413, 422)
    assert "Traceback" not in refused.content.decode()
    assert not Message.objects.exists()


def test_files_are_known_by_their_content_and_bounded(client: Client, ticket: Ticket) -> None:
    def refused(words: str, *files: SimpleUploadedFile) -> None:
        answer = write(client, ticket, attached=list(files))
        assert answer.status_code == 422
        assert words in answer.content.decode()

    refused("notes.txt is a program", SimpleUploadedFile("notes.txt", b"MZ\x90\0program"))
    refused("empty.txt is empty", SimpleUploadedFile("empty.txt", b""))
    refused("too many files: at most 10", *(SimpleUploadedFile(f"{n}.txt", b"x") for n in range(11)))
    half = services.MOST_BYTES // 2
    too_large = Draft("A", "B", files=[NewFile(f"{number}.bin", bytes(half + 1)) for number in range(2)])
    with pytest.raises(InvalidAction, match="10 MB"):
        services.write(ticket_id=ticket.pk, by=make_user("bo"), draft=too_large)
    files = [SimpleUploadedFile("../a\u202egnp.exe", PNG), SimpleUploadedFile("b.html", b"<p>")]
    write(client, ticket, attached=files)
    assert list(Attachment.objects.values_list("name", "content_type")) == [
        ("agnp.exe", "image/png"), ("b.html", "text/plain"),
    ]  # fmt: skip


def test_a_file_is_a_download_for_who_may_see_the_ticket_and_nobody_else(client: Client, ticket: Ticket) -> None:
    write(client, ticket, attached=[SimpleUploadedFile("æ.html", b"<script>1</script>")])
    where = address(ticket, f"files/{Attachment.objects.get().pk}/")
    assert where in page_of(client, ticket)
    answer = client.get(where)
    assert answer.content == b"<script>1</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%C3%A6")
    assert "sandbox" in answer["Content-Security-Policy"]
    other = make_user("eva", all_teams=False)
    Ticket.objects.update(team=Team.objects.create(name="North"))
    assert client_of(other).get(where).status_code == 404
    assert client_of(other).get(address(ticket)).status_code == 404
    assert write(client_of(other), ticket).status_code == 404


def test_who_may_not_be_written_to_is_said_in_words(
    client: Client, ticket: Ticket, agent: User, server: MailServer
) -> None:
    def is_refused(words: str) -> None:
        assert words in page_of(client, ticket)
        assert write(client, ticket).status_code == 409
        with pytest.raises(MayNotWrite):
            services.write(ticket_id=ticket.pk, by=agent, draft=Draft("A", "B"))

    Contact.objects.update(do_not_contact=True)
    is_refused("does not want to be contacted, so no mail can be written")
    Contact.objects.update(do_not_contact=False, email="karin@example.com")
    is_refused("an example, which can belong to nobody")
    Contact.objects.update(email=None)
    is_refused("No mail address of this customer is known.")
    Contact.objects.update(email="karin@nordlys.dk", unsubscribed_at=timezone.now())
    assert write(client, ticket).status_code == 303


def test_where_the_answer_goes_is_said(client: Client, ticket: Ticket, agent: User, settings: Any) -> None:
    words = "not to this ticket: no address for replies is set"
    assert f"The answer goes to {agent.email}, {words}" in page_of(client, ticket)
    settings.REPLY_ADDRESS = "care@nordlys.dk"
    assert words not in page_of(client, ticket)


def test_the_preview_shows_the_mail_as_the_customer_will_see_it_and_sends_nothing(
    client: Client, ticket: Ticket
) -> None:
    file = SimpleUploadedFile("plan.png", PNG)
    answer = write(client, ticket, text="Kære {name}\n\n<b>5</b> {company}", then="preview", attached=[file])
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Kære Karin Jensen" in page
    assert "&lt;b&gt;5&lt;/b&gt; Nordlys Tryk" in page
    assert "plan.png" in page
    assert "sandbox" in answer["Content-Security-Policy"]
    assert not Message.objects.exists()


def test_a_conversation_costs_one_query_more_and_none_where_there_is_none(client: Client, ticket: Ticket) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            page_of(client, ticket)
        return len(queries)

    client.get("/desk/")
    before = count()
    write(client, ticket, attached=[SimpleUploadedFile("a.txt", b"a")])
    page_of(client, ticket)
    one = count()
    for number in range(3):
        write(client, ticket, text=f"Mail {number}", attached=[SimpleUploadedFile("a.txt", b"a")])
    page_of(client, ticket)
    assert count() == one
    assert one == before + 1


def test_of_a_long_conversation_the_newest_are_shown_and_older_ones_are_led_to(client: Client, ticket: Ticket) -> None:
    at = timezone.now() - timedelta(days=1)
    Message.objects.bulk_create(
        Message(ticket=ticket, direction="in", status="received", text=f"Message {number}.", quoted="> old",
                from_name="Karin", from_address="karin@nordlys.dk", subject="Re: Plan", at=at)
        for number in range(55)
    )  # fmt: skip
    page = page_of(client, ticket)
    assert "Message 54." in page
    assert "Message 4." not in page
    assert "Earlier mails, as quoted" in page
    assert page.index("Message 53.") < page.index("Message 54.")
    first = Message.objects.order_by("pk")[5]
    older = client.get(address(ticket, f"mail/older/?before={first.pk}")).content.decode()
    assert "Message 4." in older
    assert "Message 5." not in older
    assert client.get(address(ticket, "mail/older/?before=x")).status_code == 404


def test_an_answer_begins_with_the_subject_of_the_conversation(client: Client, ticket: Ticket) -> None:
    Message.objects.create(
        ticket=ticket, direction="in", status="received", subject="SV: Plan", text="Tak", from_address="k@nordlys.dk"
    )
    page = page_of(client, ticket)
    assert 'value="Re: SV: Plan"' in page
    assert ">Answer</a>" in page


def test_viewers_read_and_write_nothing(ticket: Ticket, agent: User) -> None:
    services.write(ticket_id=ticket.pk, by=agent, draft=Draft("Plan", "Kære Karin"))
    viewer = client_of(make_user("vera", "viewer"))
    page = page_of(viewer, ticket)
    assert "Kære Karin" in page
    assert 'id="mail"' not in page
    assert "Take back" not in page
    assert write(viewer, ticket).status_code == 403

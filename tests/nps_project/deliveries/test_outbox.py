"""The outbox: for admins alone, and a mail's HTML in a sandbox of its own."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nps_project.deliveries.models import Delivery, Status
from nps_project.deliveries.queueing import queue_mail
from nps_project.system import outbox
from surveys.models import Invitation
from tests.factories import client_of, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


def make_mail(number: int, **fields: object) -> Delivery:
    values = {"to_address": f"to{number}@example.com", "subject": f"Mail {number}", "body_text": "Hello\nthere"}
    return Delivery.objects.create(dedupe_key=f"test:{number}", **values | fields)


def test_only_admins_are_let_in() -> None:
    mail = make_mail(1)
    for path in ("/desk/outbox/", f"/desk/outbox/{mail.pk}/", f"/desk/outbox/{mail.pk}/html/"):
        assert client_of(make_user(f"admin{len(path)}", "admin")).get(path).status_code == 200
        for role in ("manager", "agent", "viewer"):
            assert client_of(make_user(f"{role}{len(path)}", role)).get(path).status_code == 403
        assert Client().get(path).status_code == 302


def test_the_list_is_paged_and_filtered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "PAGE_SIZE", 2)
    made = [make_mail(number) for number in range(5)]
    Delivery.objects.filter(pk=made[0].pk).update(status=Status.FAILED, last_error="refused <b>")
    client = client_of(make_user("ada", "admin"))
    first = client.get("/desk/outbox/").content.decode()
    assert "Mail 4" in first
    assert "Mail 2" not in first
    second = client.get("/desk/outbox/", {"after": str(made[3].pk)}).content.decode()
    assert "Mail 2" in second
    assert "Mail 3" not in second
    failed = client.get("/desk/outbox/", {"status": "failed"}).content.decode()
    assert "Mail 0" in failed
    assert "refused &lt;b&gt;" in failed
    assert "Mail 4" not in failed
    for query in ({"status": "lost"}, {"after": "x"}, {"after": "9" * 40}):
        assert client.get("/desk/outbox/", query).status_code == 404


def test_the_list_goes_by_time_and_not_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "PAGE_SIZE", 2)
    now = timezone.now()
    ages = (0, 3, 1, 1, 2)
    made = [make_mail(number, queued_at=now - timedelta(days=days)) for number, days in enumerate(ages)]
    client = client_of(make_user("ada", "admin"))
    shown: list[int] = []
    after: dict[str, str] = {}
    for _page in range(3):
        page = client.get("/desk/outbox/", after)
        shown += [mail.pk for mail in page.context["mails"]]
        after = {"after": str(page.context["more_after"])}
    assert shown == [made[number].pk for number in (0, 3, 2, 4, 1)]
    assert page.context["more_after"] is None


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["Survey: Autumn", "Survey: Autumn, reminder", "Mail to the customer", "A ticket is yours"]),
        ("nl", ["Enquête: Autumn", "Enquête: Autumn, herinnering", "Mail aan de klant", "Een ticket is van jou"]),
        ("da", ["Spørgeskema: Autumn", "Spørgeskema: Autumn, påmindelse", "Mail til kunden", "En sag er din"]),
    ],
)
def test_a_mail_whose_subject_is_not_kept_has_words_and_no_query_of_its_own(language: str, names: list[str]) -> None:
    survey, client = make_survey(), client_of(make_user("ada", "admin", language=language))
    one, *more = (Invitation.objects.create(survey=survey, contact=make_contact(number)) for number in range(3))
    templates = ("ask", "ask_reminder", "ticket_mail", "ticket_given", "report", "improvement_told", "of_nobody")
    made = [
        make_mail(number, subject="", template=template, about=f"invitation:{one.pk}")
        for number, template in enumerate(templates)
    ]
    with CaptureQueriesContext(connection) as before:
        page = client.get("/desk/outbox/").content.decode()
    found = re.findall(r'<a href="/desk/outbox/\d+/">([^<]*)</a>', page)[::-1]
    assert found[:4] == names
    assert not set(templates) & set(found)
    for mail, shown in zip(made, found, strict=True):
        assert f"<h1>{shown}</h1>" in client.get(f"/desk/outbox/{mail.pk}/").content.decode()
    for number, row in enumerate(more):
        make_mail(100 + number, subject="", template="ask", about=f"invitation:{row.pk}")
    with CaptureQueriesContext(connection) as after:
        client.get("/desk/outbox/")
    assert len(after) == len(before)


def test_a_mail_shows_its_headers_and_frames_its_html() -> None:
    mail = make_mail(1, body_html="<p>Hello</p><script>alert(1)</script>")
    client = client_of(make_user("ada", "admin"))
    page = client.get(f"/desk/outbox/{mail.pk}/")
    text = page.content.decode()
    assert "<script>alert" not in text
    assert f"/desk/outbox/{mail.pk}/html/" in text
    assert " sandbox " in text.split("<iframe")[1].split(">")[0]
    assert f"&lt;{mail.message_id}@" in text
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    frame = client.get(f"/desk/outbox/{mail.pk}/html/")
    policy = {part.strip() for part in frame["Content-Security-Policy"].split(";")}
    own = f"img-src data: 'self' {settings.SITE_URL}"
    assert {"sandbox", "default-src 'none'", own, "style-src 'unsafe-inline'"} <= policy
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert frame.content.decode() == mail.body_html
    other = client.get("/desk/outbox/")
    assert "frame-src" not in other["Content-Security-Policy"]
    assert other["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("template", ["ticket_told", "ticket_told_outside", "ticket_due_soon", "ticket_overdue"])
@pytest.mark.parametrize("language", ["en", "nl", "da"])
def test_mails_of_a_ticket(template: str, language: str) -> None:
    words = "<b>Ünhappy</b> & “angry”"
    contact = make_contact(1, name="Karin <i>Jensen</i>")
    ticket = make_ticket(make_survey(), 2, words, contact=contact)
    context = {
        "ticket": ticket,
        "score": 2,
        "customer": contact.name,
        "company": "",
        "comment": words,
        "due_at": ticket.deadline,
        "url": f"https://winback.example.com/desk/tickets/{ticket.pk}/",
    }
    if template == "ticket_told_outside":
        context = {name: context[name] for name in ("score", "customer", "due_at")}
    queue_mail(template=template, to="a@example.com", language=language, context=context, dedupe_key="t")
    mail = Delivery.objects.get(dedupe_key="t")
    assert "2" in mail.subject
    assert "Karin" not in mail.subject
    assert "Karin <i>Jensen</i>" in mail.body_text
    assert "Karin &lt;i&gt;Jensen&lt;/i&gt;" in mail.body_html
    assert "<i>" not in mail.body_html
    has_words = template != "ticket_told_outside"
    assert (words in mail.body_text) == has_words
    assert ("&lt;b&gt;Ünhappy" in mail.body_html) == has_words
    assert ("/desk/tickets/" in mail.body_text) == has_words
    assert " style=" not in mail.body_html


@pytest.mark.parametrize(
    ("status", "reason", "shown"),
    [
        ("cancelled", "gone", "obody needs it any more"),
        ("cancelled", "quarantine", "sked or answered a short while ago"),
        ("cancelled", "another_address", "he customer has another address since it was written"),
        ("cancelled", "no_words", "The mail has no words."),
        ("failed", "550 no such user", "550 no such user"),
    ],
)
def test_why_a_mail_did_not_leave_is_said_in_words(status: str, reason: str, shown: str) -> None:
    mail = make_mail(1, status=status, last_error=reason)
    client = client_of(make_user("ada", "admin"))
    for path in ("/desk/outbox/", f"/desk/outbox/{mail.pk}/"):
        page = client.get(path).content.decode()
        assert shown in page, path
        is_said = re.search(rf">\s*{reason}\s*<", page, re.IGNORECASE) is not None
        assert is_said == (status == "failed"), path


def test_a_mail_that_a_person_took_back_needs_no_reason() -> None:
    mail = make_mail(1, status="cancelled")
    page = client_of(make_user("ada", "admin")).get(f"/desk/outbox/{mail.pk}/").content.decode()
    assert "Cancelled before it was sent" in page
    assert 'class="alert"' not in page


def test_of_one_that_a_person_took_back_after_a_try_it_is_said_what_the_server_said() -> None:
    mail = make_mail(1, status="cancelled", last_error="421 try again later", to_cancel=True)
    client = client_of(make_user("ada", "admin"))
    for path in ("/desk/outbox/", f"/desk/outbox/{mail.pk}/"):
        assert "421 try again later" in client.get(path).content.decode(), path


def test_so_it_is_in_the_language_of_the_reader() -> None:
    make_mail(1, status="cancelled", last_error="gone")
    page = client_of(make_user("ada", "admin", language="da")).get("/desk/outbox/").content.decode()
    assert "ingen har brug for den mere" in page

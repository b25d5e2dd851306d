"""/setup/asking/returned/ and doctor: when each source was last heard, and what waits for a person."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from nps_project.deliveries.inbound import sources
from nps_project.deliveries.inbound.mailbox_urls import MailboxUrl
from nps_project.deliveries.inbound.models import InboundMail, MailSource
from nps_project.health.checks import CheckResult, run_checks
from tests.factories import client_of, make_user

pytestmark = pytest.mark.django_db

PAGE = "/setup/asking/returned/"
URL = MailboxUrl("imaps", "imap.nordlys.dk", 993, "care@nordlys.dk", "secret", "INBOX")


@pytest.fixture
def admin() -> Client:
    return client_of(make_user("ada", "admin"))


def mailbox(**fields: Any) -> MailSource:
    return MailSource.objects.create(name=URL.name, kind="mailbox", **fields)


def mail(source: MailSource, number: int = 1, **fields: Any) -> InboundMail:
    given = {"from_address": f"c{number}@kunde.dk", "subject": f"Subject {number}", "left_for": "person"} | fields
    return InboundMail.objects.create(
        source=source, uid=number, message_id_hash=str(number), digest="x", kind="person", at=timezone.now(), **given
    )


def page(admin: Client) -> str:
    return admin.get(PAGE).content.decode()


def doctor() -> CheckResult:
    return {check.part: result for check, result in run_checks(thoroughly=False)}["returned_mail"]


def test_without_a_mail_server_nothing_comes_back_and_all_is_well(admin: Client) -> None:
    assert "so no mail leaves and none comes back" in page(admin)
    assert doctor().state == "ok"


def test_where_nobody_would_see_a_bounce_it_says_so(admin: Client, settings: Any) -> None:
    settings.MAIL_IS_STORED_ONLY = False
    assert "Nothing tells what becomes of your mails" in page(admin)
    assert (doctor().state, "MAILBOX_URL" in str(doctor().hint)) == ("look", True)


@pytest.mark.parametrize(
    ("fields", "words", "state"),
    [
        (None, "Not heard lately", "look"),
        ({"reached_at": timedelta(minutes=1)}, "Heard lately", "ok"),
        ({"reached_at": timedelta(hours=3)}, "Not heard lately", "look"),
        ({"reached_at": timedelta(0), "failed_at": timedelta(0), "failure": "MailboxLoginError"}, "Cannot be read",
         "broken"),
    ],
)  # fmt: skip
def test_each_state_of_a_mailbox_has_its_words(
    admin: Client, settings: Any, fields: dict[str, Any] | None, words: str, state: str
) -> None:
    settings.MAILBOXES = [URL]
    now = timezone.now()
    if fields is not None:
        mailbox(**{name: now - ago if isinstance(ago, timedelta) else ago for name, ago in fields.items()})
    shown = page(admin)
    assert f"<strong>{words}</strong>" in shown
    assert "care@nordlys.dk imap.nordlys.dk/INBOX" in shown
    assert "secret" not in shown
    assert doctor().state == state
    assert ("MailboxLoginError, since" in shown) == (state == "broken")


def test_a_service_is_well_as_long_as_it_speaks(admin: Client, settings: Any) -> None:
    settings.MAIL_WEBHOOK_SECRET, settings.EMAIL_SERVICE = "hook:a-secret-of-many-characters", "postmark"
    assert "Postmark" in page(admin)
    assert doctor().state == "look"
    sources.heard("postmark", timezone.now())
    assert (doctor().state, "Heard lately" in page(admin)) == ("ok", True)
    MailSource.objects.update(word_at=timezone.now() - timedelta(days=4))
    assert doctor().state == "look"
    settings.MAIL_WEBHOOK_SECRET = ""
    assert "No longer set" in page(admin)


def test_mails_are_ticked_off_one_by_one_and_all_that_are_shown(admin: Client) -> None:
    source = mailbox()
    mails = [mail(source, number) for number in range(1, 104)]
    mail(source, 200, left_for="", subject="Understood")
    shown = page(admin)
    assert ("Subject 103<" in shown, "Subject 4<" in shown, "Subject 3<" in shown) == (True, True, False)
    assert "Understood" not in shown
    assert "There are more" in shown
    one = mails[50]
    told = admin.post(PAGE, {"only": one.pk, "first": 1, "last": 10**9}, follow=True).content.decode()
    assert "1 mail is off the list." in told
    assert one.subject + "<" not in told
    told = admin.post(PAGE, {"first": mails[3].pk, "last": mails[102].pk}, follow=True).content.decode()
    assert "99 mails are off the list." in told
    assert "Subject 3<" in told
    for nothing in ({}, {"first": "x", "last": "9" * 40}, {"first": "-1", "last": "²"}):
        assert "0 mails are off the list." in admin.post(PAGE, nothing, follow=True).content.decode()
    assert InboundMail.objects.filter(seen_at=None, left_for="person").count() == 3


def test_sender_and_subject_of_a_mail_are_text(admin: Client) -> None:
    mail(mailbox(), subject="<script>alert(1)</script> {{ 7 }}", from_address='"><img src=x>@evil.example')
    shown = page(admin)
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 }}" in shown


@pytest.mark.parametrize("role", ["viewer", "agent", "manager"])
def test_it_is_for_admins(role: str) -> None:
    client = client_of(make_user("bea", role))
    row = mail(mailbox())
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"first": row.pk, "last": row.pk}).status_code == 403
    assert InboundMail.objects.get().seen_at is None


@pytest.mark.parametrize("number", [1, 100])
def test_the_page_takes_as_many_queries_however_many_mails_wait(
    admin: Client, number: int, django_assert_max_num_queries: Any
) -> None:
    source = mailbox()
    for one in range(number):
        mail(source, one)
    with django_assert_max_num_queries(8):
        page(admin)

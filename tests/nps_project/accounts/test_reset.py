"""A forgotten password: a link by mail, once and for an hour, that tells a stranger nothing."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail as django_mail
from django.test import Client
from django.utils import timezone

from nps_project.accounts.models import PasswordReset, User
from nps_project.accounts.people.services import update_me, update_person
from nps_project.accounts.signin import throttle
from nps_project.deliveries import sending
from nps_project.deliveries.models import Delivery
from nps_project.operations.logs import clean
from tests.factories import client_of, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
NEW = "tomorrow three grey geese"


def link_of(mail: Delivery) -> str:
    found = re.search(r"https?://[^/\s]+(/login/reset/[\w-]{43}/)", mail.body_text)
    assert found
    assert found[1] in mail.body_html
    return found[1]


@pytest.fixture
def ada() -> User:
    return make_user("ada", language="da")


@pytest.fixture
def link(ada: User) -> str:
    Client().post("/login/forgot/", {"email": " Ada@Example.com "})
    return link_of(Delivery.objects.get())


def test_from_the_mail_to_the_desk(ada: User, link: str) -> None:
    mail = Delivery.objects.get()
    assert (mail.to_address, mail.language, mail.template) == ("ada@example.com", "da", "password_reset")
    at_work = client_of(ada)
    client = Client()
    page = client.get(link)
    assert (page.status_code, page["Referrer-Policy"]) == (200, "same-origin"), (
        "none at all would make the form's origin null"
    )
    assert "no-store" in page["Cache-Control"]
    assert client.post(link, {"password": NEW})["Location"] == "/login/"
    assert at_work.get("/desk/").status_code == 302, "every session is over"
    assert client.post("/login/", {"email": "ada@example.com", "password": NEW})["Location"] == "/desk/"
    assert Delivery.objects.filter(template="account_changed", to_address="ada@example.com").count() == 1


def test_a_link_works_once(ada: User, link: str) -> None:
    assert Client().post(link, {"password": NEW}).status_code == 302
    assert Client().get(link).status_code == 404
    assert Client().post(link, {"password": "another five brown bears"}).status_code == 404
    ada.refresh_from_db()
    assert ada.check_password(NEW)


def test_scanners_that_open_it_use_nothing_up(ada: User, link: str) -> None:
    for _time in range(3):
        assert Client().get(link).status_code == Client().head(link).status_code == 200
    assert Client().post(link, {"password": NEW}).status_code == 302


def test_a_weak_password_is_refused_and_the_link_stays(ada: User, link: str) -> None:
    page = Client().post(link, {"password": "short"})
    assert page.status_code == 422
    assert 'id="id_password_error"' in page.content.decode()
    assert Client().post(link, {"password": NEW}).status_code == 302


def test_a_link_ends_after_an_hour_and_with_a_newer_one(ada: User, link: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=59)):
        assert Client().get(link).status_code == 200
    PasswordReset.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(link).status_code == 404
    Client().post("/login/forgot/", {"email": "ada@example.com"})
    newer = link_of(Delivery.objects.latest("pk"))
    assert (Client().get(newer).status_code, Client().get(link).status_code) == (200, 404)


def another_password(ada: User) -> None:
    assert update_me(ada, {}, password="five brown hens at noon").pk == ada.pk


def another_address(ada: User) -> None:
    update_person(ada, {"email": "ada@elsewhere.example"})


def off_and_on(ada: User) -> None:
    update_person(ada, {"is_active": False})
    update_person(ada, {"is_active": True})


@pytest.mark.parametrize("change", [another_password, another_address, off_and_on])
def test_a_link_ends_when_the_account_changes(ada: User, link: str, change: Callable[[User], None]) -> None:
    """Whoever reads the mailbox must not undo what its owner did against them."""
    change(ada)
    assert Client().get(link).status_code == 404
    assert Client().post(link, {"password": NEW}).status_code == 404
    ada.refresh_from_db()
    assert not ada.check_password(NEW)


def test_nobody_learns_who_has_an_account(ada: User) -> None:
    make_user("gone", is_active=False)
    pages = {}
    for email in ("ada@example.com", "nobody@example.com", "gone@example.com"):
        answer = Client().post("/login/forgot/", {"email": email})
        assert answer.status_code == 200
        pages[email] = re.sub(r'value="[^"]+"', "", answer.content.decode().replace(email, "…"))
    assert len(set(pages.values())) == 1
    assert [mail.to_address for mail in Delivery.objects.all()] == ["ada@example.com"]


def test_only_a_hash_is_stored_and_no_log_has_the_link(ada: User, link: str) -> None:
    token = link.split("/")[-2]
    row = PasswordReset.objects.get()
    assert token not in (row.hashed_token, str(row))
    assert token not in clean(f"GET {link} 200")


def test_the_outbox_hides_live_links_where_mails_are_really_sent(ada: User, link: str, settings: Any) -> None:
    token, mail = link.split("/")[-2], Delivery.objects.get()
    admin = client_of(make_user("boss", "admin"))
    pages = (
        f"/desk/outbox/{mail.pk}/",
        f"/desk/outbox/{mail.pk}/html/",
        f"/admin/deliveries/delivery/{mail.pk}/change/",
    )
    assert token in admin.get(pages[0]).content.decode(), "stored only: an admin hands it over"
    settings.MAIL_IS_STORED_ONLY = False
    for page in pages:
        answer = admin.get(page)
        assert (answer.status_code, token in answer.content.decode()) == (200, False), page


def test_mails_are_asked_for_five_times_at_most(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    counts: dict[str, int] = {}

    def count(name: str, window_s: int = 60) -> int:
        counts[name] = counts.get(name, 0) + 1
        return counts[name]

    monkeypatch.setattr(throttle.login_limit, "count", count)
    answers = {Client().post("/login/forgot/", {"email": "ada@example.com"}).status_code for _time in range(9)}
    assert answers == {200}
    assert Delivery.objects.count() == 5


def test_once_the_mail_is_sent_the_database_has_no_live_link(ada: User, link: str, settings: Any) -> None:
    settings.MAIL_IS_STORED_ONLY = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Delivery.objects.update(to_address="ada@firma.dk")
    assert sending.send_one(Delivery.objects.get().pk)
    token, mail = link.split("/")[-2], Delivery.objects.get()
    assert token in django_mail.outbox[0].body
    assert mail.status == "sent"
    assert token not in mail.body_text + mail.body_html
    assert Client().get(link).status_code == 200

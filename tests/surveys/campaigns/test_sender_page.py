"""The page about the sender: a GET asks nobody, the button looks, and what DNS says is text."""

from typing import Any

import pytest
from django.test import Client

from nps_project.deliveries.sender import lookup
from tests.factories import make_user
from tests.nps_project.deliveries.name_server import answering

PAGE = "/setup/asking/sender/"


@pytest.fixture
def admin(client: Client, db: None, settings: Any) -> Client:
    settings.SITE_URL, settings.DEFAULT_FROM_EMAIL = "https://nps.firma.dk", "Firma <care@firma.dk>"
    settings.DEFAULT_FROM_IS_SET, settings.MAIL_IS_STORED_ONLY = True, False
    settings.EMAIL_HOST = "smtp.service.net"
    client.force_login(make_user("ada", "admin"))
    return client


def test_looking_at_the_page_asks_no_name_server(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with answering({}) as server:
        monkeypatch.setattr(lookup, "resolver", server.resolver)
        page = admin.get(PAGE).content.decode()
        assert "not looked up" in page
        assert "DNS was not asked yet" in page
    assert server.asked == []


def test_the_button_looks_and_gives_the_line_to_paste(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with answering({"firma.dk": ["v=spf1 <b>mx</b> ~all"]}) as server:
        monkeypatch.setattr(lookup, "resolver", server.resolver)
        page = admin.post(PAGE, {"selectors": "key1"}, follow=True).content.decode()
    assert "key1._domainkey.firma.dk" in server.asked
    assert "v=DMARC1; p=none; rua=mailto:postmaster@firma.dk" in page
    assert "v=spf1 &lt;b&gt;mx&lt;/b&gt; ~all" in page
    assert 'value="key1"' in page


def test_a_word_that_is_no_selector_is_refused_beside_its_field(admin: Client) -> None:
    answer = admin.post(PAGE, {"selectors": "s1, <b>"})
    assert answer.status_code == 422
    assert "&lt;b&gt; is no selector" in answer.content.decode()


def test_another_sender_than_the_one_that_was_looked_up_is_not_judged_by_it(
    admin: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    with answering({"firma.dk": ["v=spf1 mx ~all"]}) as server:
        monkeypatch.setattr(lookup, "resolver", server.resolver)
        admin.post(PAGE, {"selectors": ""})
    settings.DEFAULT_FROM_EMAIL = "care@other.dk"
    page = admin.get(PAGE).content.decode()
    assert page.count("not looked up") >= 4


def test_agents_and_managers_do_not_get_there(client: Client, db: None) -> None:
    for role in ("agent", "manager"):
        client.force_login(make_user(role, role))
        assert client.get(PAGE).status_code == 403

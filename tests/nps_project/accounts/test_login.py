"""Signing in and out: kind, the same for everybody who fails, and slow for guessers."""

import pytest
from django.test import Client

from tests.factories import client_of, make_user

PASSWORD = "a long enough password"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]


def test_a_person_signs_in_whatever_the_case_of_the_address() -> None:
    user = make_user("ada")
    client = Client()
    response = client.post("/login/", {"email": " ADA@example.com ", "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/desk/")
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/desk/answers/?group=detractor", "/desk/answers/?group=detractor"),
        ("//evil.example/", "/desk/"),
        ("https://evil.example/", "/desk/"),
        ("javascript:alert(1)", "/desk/"),
        ("/\\evil.example", "/desk/"),
        ("", "/desk/"),
    ],
)
def test_next_leads_only_to_this_site(wanted: str, goes_to: str) -> None:
    make_user("ada")
    response = Client().post("/login/", {"email": "ada@example.com", "password": PASSWORD, "next": wanted})
    assert response["Location"] == goes_to


def test_every_wrong_pair_gets_the_same_words() -> None:
    make_user("ada")
    make_user("gone", is_active=False)
    pages = []
    for email, password in [
        ("ada@example.com", "wrong"),
        ("nobody@example.com", "wrong"),
        ("gone@example.com", PASSWORD),
    ]:
        response = Client().post("/login/", {"email": email, "password": password})
        assert response.status_code == 422
        assert f'value="{email}"' in response.content.decode()
        assert password not in response.content.decode()
        pages.append(response.context["fault"])
    assert len(set(pages)) == 1


@pytest.mark.parametrize(("email", "password"), [("", ""), ("ada@example.com", "a\0b"), ("a" * 400, "x")])
def test_what_cannot_be_a_pair_is_refused_kindly(email: str, password: str) -> None:
    assert Client().post("/login/", {"email": email, "password": password}).status_code == 422


def test_the_first_admin_reads_the_product_in_the_language_of_their_browser_until_they_choose() -> None:
    ada = make_user("ada")
    pair = {"email": "ada@example.com", "password": PASSWORD}
    Client(headers={"accept-language": "nl-BE,en;q=0.5"}).post("/login/", pair)
    ada.refresh_from_db()
    assert ada.language == "nl"
    Client(headers={"accept-language": "da"}).post("/login/", pair)  # it was their first time that counted
    ada.refresh_from_db()
    assert ada.language == "nl"


def test_whom_a_colleague_invited_keeps_the_language_that_was_chosen_for_them() -> None:
    make_user("ada")
    bea = make_user("bea", language="da")
    Client(headers={"accept-language": "nl"}).post("/login/", {"email": "bea@example.com", "password": PASSWORD})
    bea.refresh_from_db()
    assert bea.language == "da"


def test_the_page_speaks_the_language_of_the_browser() -> None:
    page = Client(headers={"accept-language": "da"}).get("/login/")
    assert page.status_code == 200
    assert '<html lang="da"' in page.content.decode()


def test_signing_out_takes_a_post() -> None:
    client = client_of(make_user("ada"))
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    assert "_auth_user_id" not in client.session


def test_a_visitor_who_is_signed_in_passes_through() -> None:
    assert client_of(make_user("ada")).get("/login/?next=/setup/me/")["Location"] == "/setup/me/"


def test_raw_records_send_a_stranger_to_the_login_and_refuse_a_member() -> None:
    assert Client().get("/admin/", follow=True).redirect_chain[-1][0] == "/login/?next=%2Fadmin%2F"
    assert client_of(make_user("ada", "manager")).get("/admin/", follow=True).status_code == 403
    assert client_of(make_user("eve", "admin")).get("/admin/").status_code == 200


def test_the_menu_changes_ones_language() -> None:
    user = make_user("ada")
    response = client_of(user).post("/preferences/", {"language": "nl", "next": "/desk/answers/"})
    user.refresh_from_db()
    assert (response["Location"], user.language) == ("/desk/answers/", "nl")
    client_of(user).post("/preferences/", {"language": "tlh"})
    user.refresh_from_db()
    assert user.language == "nl"

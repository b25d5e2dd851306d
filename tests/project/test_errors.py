"""What goes wrong is told on a full, kind page."""

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory

from nps_project import errors
from nps_project.accounts.keys import create_api_key
from tests import services
from tests.making import client_of, make_survey, make_user


def kind(page: str) -> bool:
    """A whole page with a heading, and nothing of the inside."""
    return "<h1>" in page and "<!doctype html>" in page and "Traceback" not in page


@pytest.mark.django_db
def test_the_pages_of_each_refusal() -> None:
    pages = {
        404: Client().get("/no-such-page/"),
        403: client_of(make_user("ada")).get("/setup/people/"),
        400: Client().get("/login/", headers={"host": "not-this-host.example"}),
    }
    for status, response in pages.items():
        assert response.status_code == status
        assert kind(response.content.decode())


@pytest.mark.django_db
def test_a_form_that_was_open_too_long() -> None:
    response = Client(enforce_csrf_checks=True).post("/login/", {"email": "a@example.com", "password": "x"})
    assert response.status_code == 403
    assert "too long" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "came_from", "leads_to"),
    [
        ("/desk/tickets/7/notes/", "", "/desk/tickets/7/"),
        ("/desk/tickets/7/notes/", "http://testserver/desk/answers/?q=a&amp;b", "/desk/answers/?q=a&amp;amp;b"),
        ("/desk/tickets/7/notes/", "http://testserver/desk/tickets/7/notes/", "/desk/tickets/7/"),
        ("/desk/tickets/7/notes/", "https://evil.example/", "/desk/tickets/7/"),
        ("/setup/me/sessions/others/end/", "", "/setup/me/"),
        ("/logout/", "", "/"),
    ],
)
def test_an_address_that_only_takes_forms_says_so_and_leads_back(address: str, came_from: str, leads_to: str) -> None:
    response = client_of(make_user("eve", "admin")).get(address, headers={"referer": came_from})
    page = response.content.decode()
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert kind(page)
    assert f'href="{leads_to}"' in page


@pytest.mark.django_db
def test_a_method_that_a_page_does_not_know_leads_to_the_page() -> None:
    make_survey("hello")
    for address in ("/s/hello/", "/login/"):
        response = Client().delete(address)
        assert response.status_code == 405
        assert f'href="{address}"' in response.content.decode()


def test_a_fault_of_ours_is_told_without_the_database() -> None:
    request: HttpRequest = RequestFactory().get("/desk/")  # no session, no user; the database is out of bounds here
    response = errors.server_error(request)
    assert response.status_code == 500
    assert kind(response.content.decode())


def test_the_last_page_stands_also_without_its_template(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise ValueError(name)

    monkeypatch.setattr(errors, "render_to_string", missing)
    response = errors.server_error(RequestFactory().get("/desk/"))
    assert response.status_code == 500
    assert "<h1>" in response.content.decode()


@pytest.mark.django_db
def test_raw_records_cannot_be_changed() -> None:
    client = client_of(make_user("eve", "admin"))
    for model in ("followup/ticket", "followup/activity", "surveys/response", "accounts/user", "deliveries/delivery"):
        assert client.get(f"/admin/{model}/").status_code == 200
        assert client.get(f"/admin/{model}/add/").status_code == 403
    assert client.get("/admin/auth/group/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_while_the_database_is_away_every_page_says_503_and_to_try_again() -> None:
    survey = make_survey("hello")
    _row, key = create_api_key(name="till", scope="write")
    connection.close()
    services.postgres().stop()
    client = Client(raise_request_exception=False)
    try:
        answers = [
            client.post(f"/s/{survey.slug}/", {"score": "3"}),
            client.get("/api/v1/surveys/", headers={"Authorization": f"Bearer {key}"}),
        ]
    finally:
        connection.close()
        services.postgres().start()
    for answer in answers:
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
        assert "Traceback" not in answer.content.decode()
    assert answers[1].json()["status"] == 503

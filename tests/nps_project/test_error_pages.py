"""What goes wrong is told on a full, kind page."""

import os
import signal
import threading
from contextlib import closing
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory

from nps_project import error_pages
from nps_project.accounts.keys import create_api_key
from tests import services
from tests.factories import client_of, make_survey, make_ticket, make_user
from tests.product import within


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
def test_a_form_of_a_megabyte_is_called_too_much_and_is_no_error_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    ticket = make_ticket(make_survey(), 2)
    for client in (client_of(make_user("bea")), Client(enforce_csrf_checks=True)):
        answer = client.post(f"/desk/tickets/{ticket.pk}/notes/", {"text": "x" * 1_000_000})
        page = answer.content.decode()
        assert (answer.status_code, kind(page)) == (413, True)
        assert "what you wrote is still there" in page
    assert not [record for record in caplog.records if record.exc_info]


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
    response = error_pages.server_error(request)
    assert response.status_code == 500
    assert kind(response.content.decode())


def test_the_last_page_stands_also_without_its_template(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise ValueError(name)

    monkeypatch.setattr(error_pages, "render_to_string", missing)
    response = error_pages.server_error(RequestFactory().get("/desk/"))
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


def kill_who_waits_for_a_lock(database: str) -> None:
    """kill -9 of the one process of PostgreSQL that does; the others then start anew."""
    found: list[int] = []

    def is_waiting() -> bool:
        with closing(services.postgres().connect(database)) as other, other.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s", [database]
            )
            found[:] = [pid for (pid,) in cursor.fetchall()]
        return bool(found)

    assert within(20, is_waiting)
    os.kill(found[0], signal.SIGKILL)


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_meets_a_killed_database_process_comes_back_to_be_sent_again() -> None:
    make_survey("hello")
    database = str(connection.settings_dict["NAME"])
    client, given = Client(raise_request_exception=False), {"score": "3", "comment": "Nobody <called>."}
    with closing(services.postgres().connect(database)) as other:
        other.cursor().execute("LOCK TABLE surveys_response IN ACCESS EXCLUSIVE MODE")
        killer = threading.Thread(target=kill_who_waits_for_a_lock, args=[database])
        killer.start()
        answer = client.post("/s/hello/", given)
        killer.join()
    connection.close()
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Nobody &lt;called&gt;.</textarea>" in page
    assert 'name="score" value="3"' in page
    assert 'method="post" action="/s/hello/"' in page
    assert within(20, lambda: client.post("/s/hello/", given).status_code == 303)


@pytest.mark.django_db
def test_what_is_posted_without_the_slash_is_posted_again_with_it(settings: Any) -> None:
    make_survey("hello")
    for address in ("/s/hello", "/login"):
        answer = Client().post(address, {"score": "3"})
        assert (answer.status_code, answer["Location"]) == (308, f"{address}/")
        assert Client().get(address).status_code == 301
    assert Client().post("/api/v1/responses", {"score": "3"}).status_code == 404
    settings.SECURE_SSL_REDIRECT = True
    assert Client().post("/s/hello/", {"score": "3"}).status_code == 308


@pytest.mark.django_db
def test_probes_are_answered_under_any_name_and_pages_are_not(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["nps.example.com"]
    client = Client(headers={"host": "10.1.2.3:8000"})
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code in (200, 503)
    assert client.get("/login/").status_code == 400

"""Answers that the web server takes by itself, many at once: as the view takes them, and whatever else goes to it."""

import asyncio
import re
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlencode

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from nps_project.operations.logs import request_id
from nps_project.web.asgi import Application
from nps_project.web.kept_pages import forms
from nps_project.web.kept_pages.forms import Form
from surveys.models import Announcement, AnswerSource, Question, Response, ResponseState, Survey, Tally
from surveys.scoring import SCORES
from surveys.services import announcements, tallies
from surveys.services.surveys import save_question, update_survey
from surveys.views import sent
from tests.factories import make_survey

pytestmark = pytest.mark.django_db
SUBMISSION = re.compile(r'name="submission" value="([\w-]{43})"')
CONTACT = {"contact_name": "Ada\r\nL", "contact_email": "ada@example.com", "contact_phone": "+45 33 12 00 00"}


@pytest.fixture
def survey() -> Survey:
    return update_survey(make_survey("hello"), {"languages": ["en", "nl"], "allowed_traits": ["plan"]})


def submission() -> str:
    found = SUBMISSION.findall(Client().get("/s/hello/").content.decode())
    return str(found[0])


def form(query: str = "", **fields: str) -> Form:
    """A form as the web server gives it to the room, after a page was asked for."""
    body = urlencode({"submission": submission()} | fields).encode()
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/s/hello/", "QUERY_STRING": query, "REMOTE_ADDR": "192.0.2.1",
               "HTTP_HOST": "testserver", "wsgi.url_scheme": "http"}  # fmt: skip
    return Form(environ, body, "0123456789abcdef")


def taken(*given: Form) -> list[str | None]:
    """What becomes of forms that are taken together; None for those that are left to Django."""
    found = [sent.read(one) for one in given]
    places = iter(sent.store([one[1] for one in found if one]))
    return [next(places) if one else None for one in found]


def row(response: Response) -> dict[str, Any]:
    of_one = {"id", "public_id", "submission", "answered_at", "recorded_at"}
    names = [field.attname for field in Response._meta.concrete_fields if field.attname not in of_one]
    return {name: getattr(response, name) for name in names}


@pytest.mark.parametrize("score", SCORES)
def test_an_answer_is_stored_as_the_view_stores_it(survey: Survey, score: int) -> None:
    given = {"score": str(score), "comment": "It's “late”\r\n\\ \x00\U0001f622 %s", **CONTACT}
    token = submission()
    Client(REMOTE_ADDR="192.0.2.1").post("/s/hello/?plan=gold&lang=nl", given | {"submission": token})

    (address,) = taken(form("plan=gold&lang=nl", **given))

    by_view, other = Response.objects.order_by("pk")
    assert row(by_view) == row(other)
    assert other.answered_at == other.recorded_at > by_view.recorded_at
    assert Tally.objects.get(score=score).count == 2
    assert set(Announcement.objects.values_list("pk", flat=True)) == {by_view.pk, other.pk}
    assert AnswerSource.objects.values("source", "day").distinct().count() == 1
    assert address
    assert Client().get(address).status_code == 200


def test_many_take_one_statement_and_each_is_told_of(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    given = [form(score=str(score), plan=str(score % 3)) for score in (*SCORES, *SCORES)]
    told: list[int] = []
    monkeypatch.setattr(announcements, "tell", told.append)
    found = [one[1] for one in map(sent.read, given) if one]
    before = request_id.get()
    with CaptureQueriesContext(connection) as asked:
        places = sent.store(found)
    assert request_id.get() == before, "what the thread says next is about none of them"
    assert len([query for query in asked.captured_queries if "PREPARE" not in query["sql"]]) == 1
    assert len(set(places)) == len(given)
    assert sorted(told) == list(Response.objects.order_by("pk").values_list("pk", flat=True))
    assert sum(Tally.objects.values_list("count", flat=True)) == len(given)
    assert not tallies.differences()


@pytest.mark.parametrize(
    "more",
    [
        {"score": "11"},
        {"score": ""},
        {"score": "3", "contact_email": "nobody"},
        {"score": "3", "submission": ""},
        {"score": "3", "submission": "x" * 43},
        {"score": "3", "switch": "1"},
        {"score": "3"} | {f"a{number}": "" for number in range(1500)},
    ],
)
def test_what_is_not_just_an_answer_goes_to_the_view(survey: Survey, more: dict[str, str]) -> None:
    assert taken(form(**more)) == [None]
    assert not Response.objects.exists()


def test_extra_answers_go_to_the_view(survey: Survey) -> None:
    question = save_question(Question(survey=survey, kind="rating", texts={"en": "How easy?"}))
    one, other = form(score="3", **{f"answer-{question.pk}": "2"}), form(score="4", **{f"answer-{question.pk}": ""})
    assert [bool(place) for place in taken(one, other)] == [False, True]


def test_over_the_limit_the_view_says_so_and_counts_once(survey: Survey, settings: Any) -> None:
    settings.ANSWERS_PER_MINUTE = 2
    given = [form(score="3") for _number in range(3)]
    for one in given:
        one.environ["REMOTE_ADDR"] = "192.0.2.177"
    assert [bool(place) for place in taken(*given)] == [True, True, False]
    assert Client().post("/s/hello/", {"score": "3"}, **given[2].environ).status_code == 429


def test_a_flood_waits_for_a_decision_and_is_told_to_nobody(survey: Survey) -> None:
    update_survey(survey, {"flood_limit": 1})
    assert all(taken(form(score="3"), form(score="4")))
    assert dict(Response.objects.values_list("score", "state")) == {
        3: ResponseState.CONFIRMED, 4: ResponseState.PROVISIONAL,
    }  # fmt: skip
    assert Response.objects.get(score=4).evidence == {"why": "flood"}
    assert Announcement.objects.count() == sum(Tally.objects.values_list("count", flat=True)) == 1


@pytest.mark.parametrize("change", [{"status": "paused"}, {"revision": 99}, {"closes_at": "2020-01-01T00:00Z"}])
def test_a_survey_that_changed_elsewhere_is_seen_by_the_statement(survey: Survey, change: dict[str, Any]) -> None:
    given = form(score="3")
    Survey.objects.filter(pk=survey.pk).update(**change)  # this process hears nothing of it
    assert taken(given) == [None]
    assert not Response.objects.exists()
    assert not Tally.objects.exists()


def test_the_same_submission_twice_is_one_answer(survey: Survey) -> None:
    given = form(score="3")
    assert [bool(place) for place in taken(given, form(score="9"), given)] == [True, True, False]
    assert taken(given) == [None]
    assert Client().post("/s/hello/", {"score": "3"}, **given.environ).status_code == 303
    assert not tallies.differences()


@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_keeps_locked_does_not_keep_all_of_them_waiting(survey: Survey) -> None:
    assert all(taken(form(score="3")))
    keeper = connection.copy()
    keeper.set_autocommit(False)
    try:
        with keeper.cursor() as cursor:
            cursor.execute("SELECT FROM surveys_tally FOR UPDATE")
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '4s'")
        began = time.monotonic()
        with pytest.raises(OperationalError):
            taken(form(score="3"), form(score="4"))
        assert time.monotonic() - began < 2, "Django takes each alone, and one of them waits"
        keeper.rollback()
        assert all(taken(form(score="3"), form(score="4")))
    finally:
        keeper.close()
        connection.close()


T = TypeVar("T")
SCOPE = {"type": "http", "method": "POST", "raw_path": b"/s/hello/", "path": "/s/hello/", "query_string": b"",
         "scheme": "http", "server": ("127.0.0.1", 80), "client": ("192.0.2.1", 1), "http_version": "1.1"}  # fmt: skip


def closing(environ: Any, start_response: Any) -> Any:
    """The product, whose threads leave no connection behind."""
    from nps_project.wsgi import application  # wants static files, which the first request of the tests makes

    try:
        return application(environ, start_response)
    finally:
        connection.close()


def to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """What it returns, of a thread of its own: in this one there may be the loop of other tests' browser."""
    with ThreadPoolExecutor(1) as another:
        return another.submit(asyncio.run, work).result()


def by_server(application: Application, *bodies: bytes, **headers: str) -> list[tuple[int, dict[str, str]]]:
    """Status and headers of forms that are sent at once."""
    given = {"host": "testserver", "content-type": "application/x-www-form-urlencoded"} | headers
    scope = SCOPE | {"headers": [(name.encode(), value.encode()) for name, value in given.items()]}

    async def one(body: bytes) -> tuple[int, dict[str, str]]:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await application(dict(scope), receive, send)
        return sent[0]["status"], {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}

    async def all_of_them() -> list[tuple[int, dict[str, str]]]:
        return await asyncio.gather(*map(one, bodies))

    return to_its_end(all_of_them())


@pytest.mark.django_db(transaction=True)
def test_by_the_server_answers_have_the_headers_of_the_view_and_each_is_stored_once(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = forms.Forms()
    for name in ("answer", "keep"):
        monkeypatch.setattr(forms, name, getattr(own, name))
    stored: list[int] = []
    fault: list[Exception] = []

    def store(read: Any) -> Any:
        if fault:
            raise fault[0]
        stored.append(len(read))
        try:
            return sent.store(read)
        finally:
            connection.close()  # of a thread that outlives the test

    own.take_by("/s/", forms.Way(sent.read, store))
    application = Application(f"{__name__}.closing")

    def bodies(number: int) -> list[bytes]:
        return [urlencode({"score": "3", "submission": submission()}).encode() for _number in range(number)]

    ((status, first),) = by_server(application, *bodies(1))
    assert (status, stored) == (303, []), "the first of its kind goes through Django"
    answers = by_server(application, *bodies(20))
    assert sum(stored) == 20
    assert len(stored) < 20, "those that wait go together"
    for status, headers in answers:
        assert status == 303
        assert headers.keys() == first.keys()
        assert {name for name in first if first[name] != headers[name]} == {"location", "x-request-id"}
    assert len({headers["location"] for _status, headers in answers}) == 20

    assert by_server(application, *bodies(1), host="evil.example")[0][0] == 400
    assert by_server(application, *bodies(1), cookie="sessionid=x")[0][1]["cache-control"] == "private, no-store"
    assert sum(stored) == 20
    fault.append(OperationalError("gone"))
    assert {status for status, _headers in by_server(application, *bodies(5))} == {303}
    assert Response.objects.count() == 1 + 20 + 1 + 5
    assert not tallies.differences()

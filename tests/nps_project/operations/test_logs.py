"""Log lines: one object each, with the id of the request or task, and nothing that identifies a customer."""

import ipaddress
import json
import logging
import re
import sys
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client

from followup.tasks import open_tickets
from nps_project.background import dispatch
from nps_project.celery import app
from nps_project.operations import logs, repeated
from nps_project.operations.logs import ConsoleFormatter, JsonFormatter, clean
from nps_project.web.request_ids import TASK_HEADER
from tests import services
from tests.factories import client_of, make_user

TOKEN = "Zm9vYmFyYmF6cXV4" + "A" * 27


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (f"GET /r/{TOKEN}/ 200", "GET /r/…/ 200"),
        *((f"GET /login/reset/{TOKEN}{end} 200", f"GET /login/reset/…{end} 200") for end in ".,):;]%"),
        (f"key wb_{TOKEN}, token={TOKEN}&a=b ({TOKEN})", "key …, token=…&a=b (…)"),
        (f"signed eyJhIjoxfQ:1vXyZ9:{TOKEN}.", "signed …."),
        ("in give_the_tickets_of_whoever_is_away_to_others", "in give_the_tickets_of_whoever_is_away_to_others"),
        ("no mailbox for mette.k+x@firma.dk here", "no mailbox for …@… here"),
        ("calling +45 20 12 34 56, twice", "calling …, twice"),
        ("GET /desk/answers/?q=Mette+Kjær 200", "GET /desk/answers/?… 200"),
        ('new row violates\nDETAIL: Failing row contains (7, "Awful", x).\n', "new row violates\nDETAIL: …\n"),
        ("2026-11-23 19:30:26 delivery 1234567, try 3", "2026-11-23 19:30:26 delivery 1234567, try 3"),
        ("ticket 12 opened in 18 ms", "ticket 12 opened in 18 ms"),
    ],
)  # fmt: skip
def test_what_identifies_a_customer_is_not_written(said: str, written: str) -> None:
    assert clean(said) == written


FORGED = "/x\n2026-11-26 10:00:00,000 INFO nps_project.accounts: ada signed in\r\x1b[2J\x85\u2028\u202ezzz"


@pytest.mark.parametrize("formatter", [ConsoleFormatter("{asctime} {message}", style="{"), JsonFormatter()])
def test_a_path_with_line_feeds_writes_no_line_of_its_own(formatter: logging.Formatter) -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "GET %s 404", (FORGED,), None)
    record.path = FORGED
    line = formatter.format(record)
    assert len(line.splitlines()) == 1
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u202e]", line)
    assert "zzz" in line


@pytest.mark.parametrize("formatter", [ConsoleFormatter("{asctime} {message}", style="{"), JsonFormatter()])
def test_a_trace_stays_with_its_record(formatter: logging.Formatter) -> None:
    """What an error quotes can hold a line that looks like another record."""
    try:
        raise ValueError(FORGED)
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "it failed", None, sys.exc_info())
    first, *rest = formatter.format(record).splitlines()
    assert "it failed" in first
    assert all(line.startswith("    ") for line in rest)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]", "".join([first, *rest]))


@pytest.mark.django_db
def test_a_trace_of_the_database_repeats_no_row() -> None:
    address = make_user("seen").email
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO health_signoflife (name, at) VALUES (%s, now()), (%s, NULL)", ["the words", address]
            )
    except IntegrityError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "it failed", None, sys.exc_info())
    line = json.loads(JsonFormatter().format(record))
    assert "IntegrityError" in line["trace"]
    assert "DETAIL: …" in line["trace"]
    assert address not in json.dumps(line)
    assert address not in ConsoleFormatter().format(record)


@pytest.mark.django_db
def test_each_request_has_an_id_in_its_answer_and_in_its_lines() -> None:
    seen: list[dict[str, Any]] = []
    handler = logging.Handler()
    handler.emit = lambda record: seen.append(json.loads(JsonFormatter().format(record)))  # type: ignore[method-assign]
    logger = logging.getLogger("nps_project.web.request_ids")
    logger.addHandler(handler)
    try:
        response = client_of(make_user("agent")).get("/desk/?q=Mette")
    finally:
        logger.removeHandler(handler)
    (line,) = seen
    assert line["request"] == response["X-Request-ID"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/desk/", 200)
    assert "Mette" not in json.dumps(line)
    assert logs.request_id.get() == ""


@pytest.mark.django_db
def test_an_id_is_taken_from_a_trusted_proxy_alone(settings: Any) -> None:
    given = str(uuid.uuid4())
    headers = {"X-Request-ID": given, "X-Forwarded-For": "203.0.113.9"}
    assert Client().get("/healthz", headers=headers)["X-Request-ID"] != given
    settings.TRUSTED_PROXIES = (ipaddress.ip_network("127.0.0.0/8"),)
    assert Client().get("/healthz", headers=headers)["X-Request-ID"] == given
    forged = headers | {"X-Request-ID": "a b\tc" * 3}
    assert Client().get("/healthz", headers=forged)["X-Request-ID"] != forged["X-Request-ID"]


def test_a_task_takes_over_the_id_of_the_request_that_set_it_off() -> None:
    services.valkey().flushall()
    reset = logs.request_id.set("0123abcd")
    try:
        dispatch.soon(open_tickets, 7)
        assert dispatch.flush(5)
        open_tickets.delay([8])
    finally:
        logs.request_id.reset(reset)
    client = services.valkey().client()
    assert json.loads(client.lpop(dispatch.LIST)) == [open_tickets.name, [7], "0123abcd"]  # type: ignore[arg-type]
    client.close()
    with app.connection_for_write() as connection, connection.SimpleQueue("urgent") as queue:
        assert queue.get(timeout=5).headers[TASK_HEADER] == "0123abcd"
    services.valkey().flushall()


def test_the_same_fault_a_thousand_times_is_one_record_and_a_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk wrote 1.7 MB while it was full."""
    now, written = [1_000.0], list[str]()
    monkeypatch.setattr(repeated, "time", SimpleNamespace(monotonic=lambda: now[0]))
    handler = logging.Handler()
    handler.emit = lambda record: written.append(JsonFormatter().format(record))  # type: ignore[method-assign]
    handler.addFilter(repeated.Repeated())

    def fail(error: Exception, **extra: str) -> None:
        try:
            raise error
        except Exception:  # noqa: BLE001
            handler.handle(logging.LogRecord("x", logging.ERROR, "", 0, "it failed", None, sys.exc_info()))
        record = logging.LogRecord("y", logging.WARNING, "", 0, "GET /a 503", None, None)
        record.__dict__.update(extra)
        handler.handle(record)

    for _number in range(1_000):
        fail(OSError("No space left on device"), repeats="503")
    assert len(written) == 2
    fail(OSError("another"))
    assert len(written) == 4  # another fault, and a line that does not repeat
    now[0] += 61
    fail(OSError("No space left on device"), repeats="503")
    assert [json.loads(line)["message"] for line in written[4:]] == [
        "it failed (and 999 more like it in the last 61 s)", "GET /a 503 (and 999 more like it in the last 61 s)",
    ]  # fmt: skip

"""Hostile bodies, values and queries at each address of the API: refused in one shape, or stored, but never a 500."""

from typing import Any

import pytest

from surveys.models import Survey
from tests.api_client import Program, check_problem
from tests.factories import make_contact, make_survey, make_ticket
from tests.hostile import one_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]

DEEP = b"[" * 100_000 + b"]" * 100_000
HOSTILE: list[Any] = [
    b"", b"{", b"\xff\xfe", b'{"a": "\xff"}', b"\x00", b"NaN", b'{"score": NaN}', b'{"score": 1e999}',
    DEEP, b'{"a":' * 30 + b"1" + b"}" * 30, b"1" * 5000, b'{"score": ' + b"9" * 4000 + b"}", b"x" * 300_000,
    None, [], [[]], "text", 5, True, {"": ""}, {"\0": 1}, {"\ud800": 1},
    {"survey": "a\0b", "score": 1}, {"survey": {"a": "\0"}}, {"survey": [], "score": {}},
]  # fmt: skip
VALUES: list[Any] = [
    None, True, -1, 11, 1.5, 2**31, 2**63, 2**64, 10**400, -(10**30), "", " ", "\0", "\ud800", "😡" * 20_000, "x" * 300,
    [], [1], {}, {"a": 1}, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z", "1e5",
]  # fmt: skip
FIELDS = {
    "surveys/": ("slug", "name", "brand", "status", "default_language", "languages", "closes_at"),
    "contacts/": ("email", "phone", "name", "language", "external_id", "account_manager", "traits", "value"),
    "invitations/": ("survey", "contact", "email", "name", "language", "channel", "send_at"),
    "responses/": (
        "survey", "score", "comment", "contact", "email", "name", "phone", "language", "answered_at", "traits",
        "answers", "follows",
    ),
    "tickets/": ("response",),
    "tickets/{id}/assign/": ("owner", "team"),
    "tickets/{id}/attempts/": ("result", "channel", "at", "duration_s", "note"),
    "tickets/{id}/notes/": ("text",),
    "tickets/{id}/steps/": ("step", "done", "amount", "currency", "note"),
    "tickets/{id}/wait/": ("until", "reason"),
    "tickets/{id}/reopen/": ("reason",),
    "tickets/{id}/resolve/": ("outcome", "root_cause", "note"),
    "tickets/{id}/messages/": ("subject", "text", "send_at"),
}  # fmt: skip
WHOLE: dict[str, dict[str, Any]] = {
    "surveys/": {"slug": "new", "name": "New", "brand": "Nordlys"},
    "contacts/": {"name": "Somebody"},
    "invitations/": {"survey": "autumn", "email": "somebody@example.com"},
    "responses/": {"survey": "autumn", "score": 9},
    "tickets/{id}/attempts/": {"result": "reached"},
    "tickets/{id}/messages/": {"subject": "Sorry", "text": "We call you."},
    "tickets/{id}/resolve/": {"outcome": "kept", "root_cause": "other", "note": "Nobody tried."},
}


def test_hostile_bodies_are_refused_cleanly() -> None:
    ticket = make_ticket(make_survey(), 2, contact=make_contact(1))
    program = Program()
    for path in FIELDS:
        for number, body in enumerate(HOSTILE):
            if not one_in(4, path, str(number)):
                continue
            raw = b"null" if body is None else body
            answer = program.call("POST", path.replace("{id}", str(ticket.pk)), raw)
            assert answer.status_code in (400, 413, 422), (path, str(body)[:80], answer.content[:500])
            check_problem(answer, answer.json())
            assert len(answer.content) < 5000
    assert Survey.objects.count() == 1


@pytest.mark.parametrize("path", sorted(FIELDS))
def test_hostile_values_in_each_field_are_refused_or_stored_but_never_a_500(path: str) -> None:
    ticket = make_ticket(make_survey(), 2, contact=make_contact(1))
    program, wrong = Program(), []
    for field in FIELDS[path]:
        for number, value in enumerate(VALUES):
            if not one_in(5, field, str(number), path):
                continue
            body = WHOLE.get(path, {}) | {field: value}
            answer = program.call("POST", path.replace("{id}", str(ticket.pk)), body)
            if answer.status_code not in (200, 201, 409, 422):
                wrong.append((field, str(value)[:50], answer.status_code, answer.content[:300]))
            if answer.status_code >= 400:
                check_problem(answer, answer.json())
    assert wrong == []


QUERIES = (
    "cursor=abc", "cursor=cD1hYmM%3D", "cursor=cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "cursor=%00", "page_size=0",
    "page_size=201", "page_size=-1", "page_size=abc", "page_size=99999999999999999999", "page_size=%C2%B2",
    "expand=%00", "expand=a", "expand=,", "nothing=%00", "%00=1", "%ff=%ff", "survey=%00", "survey=%ff", "contact=%00",
    "contact=1.5", "contact=-1", "contact=99999999999999999999999", "score=%00", "score=1e1", "from=%00",
    "from=0001-01-01", "to=9999-12-31", "from=2026-02-30", "to=9999-12-31T23:59:59-14:00", "from=yesterday",
    "to=0001-01-01T00:00:00%2B14:00", "status=%00", "email=%00", "owner=1.5", "team=x", "due_state=late", "group=happy",
    "trait=gold", "trait==", "tag=" + "x" * 41, "value_from=much", "value_to=-1",
    "value_from=NaN", "promise_to=soon", "q=%00", "language=xx",
)  # fmt: skip


def test_hostile_queries_are_refused_cleanly() -> None:
    make_ticket(make_survey(), 2, contact=make_contact(1))
    program = Program()
    for path in ("surveys/", "contacts/", "invitations/", "responses/", "tickets/", "users/", "stats/nps/",
                 "stats/follow-up/", "stats/recovery/", "root-causes/", "teams/", "playbooks/"):  # fmt: skip
        for query in QUERIES:
            if not one_in(4, path, query):
                continue
            answer = program.call("GET", f"{path}?{query}")
            if query == "survey=%ff" and path in ("responses/", "tickets/", "invitations/", "contacts/"):
                assert answer.json()["results"] == []  # a name that no survey has
                continue
            assert answer.status_code == 400, (path, query, answer.content[:300])
            check_problem(answer, answer.json())
    answer = program.call("GET", "stats/nps/?trait.plan=%00&trait.=1")
    assert answer.status_code == 400
    for trait in ("trait.=1", "trait.n=" + "9" * 5000, "trait.n=1e999", "trait.n=NaN", "trait.n=-0", "trait.n=0.5"):
        assert program.get(f"stats/nps/?{trait}")["responses"] == 0

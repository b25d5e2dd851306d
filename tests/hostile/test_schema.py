"""Every operation of the API's own schema, with what fits it and what does not, by keys of every scope."""

import functools
import json
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.db import transaction
from django.test.client import ClientHandler
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from followup.conversations.models import Message
from followup.insights.improvements.models import Improvement, LetterTexts
from followup.insights.silence.models import Call
from followup.models import Promise, Reminder, RootCause, Ticket
from followup.tickets import actions, promises
from nps_project.common.dates import company_day
from surveys.models import Campaign, Contact, Invitation, Survey
from tests.api_client import Program, check_problem
from tests.factories import make_contact, make_survey, make_ticket, make_user
from tests.hostile import MORE, budget, one_in
from tests.nps_project.api.test_scopes import make_one_of_each

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits", "mail_server_named")]

Case = schemathesis.Case[Any]
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
]
_handler = ClientHandler()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The product's, which leaves the connection of the test's transaction open."""
    answer = _handler(environ)
    start_response(f"{answer.status_code} {answer.reason_phrase}", list(answer.items()))
    return [answer.getvalue()]


@pytest.fixture
def mail_server_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one no campaign could start. Nothing is sent here."""
    monkeypatch.setattr(django_settings, "MAIL_IS_STORED_ONLY", False)


class World:
    """Rows for the ids that a request may name; `limited` keys see one survey of two."""

    def __init__(self, scope: str) -> None:
        self.ids = make_one_of_each()
        limit = Survey.objects.get() if scope == "limited" else None
        self.program = Program("write" if limit else scope, survey=limit)
        self.address = Contact.objects.get(pk=self.ids["contacts"]).email
        self.agent = make_user("bea")
        self.resolved = make_ticket(make_survey("second"), 1, contact=make_contact(9))
        self.cause = RootCause.objects.all()[0]
        self.step = self.resolved.steps.all()[0]
        self.reminder = Reminder.objects.get().pk
        actions.resolve(ticket_id=self.resolved.pk, by=self.agent, outcome="kept", root_cause=self.cause, note="Done.")
        typed = {"contact_email": str(make_contact(10).email)}
        self.typed = make_ticket(self.resolved.survey, 1, **typed)
        survey = Survey.objects.earliest("pk")
        self.draft = str(Campaign.objects.create(name="Draft", survey=survey).pk)
        started = {"status": "paused", "paused_because": "person", "started_at": timezone.now()}
        self.paused = str(Campaign.objects.create(name="Paused", survey=survey, **started).pk)
        self.mended = str(self._mended())
        waits = {"direction": "in", "status": "waiting", "is_accepted": False, "from_address": "kim@elsewhere.dk"}
        self.waits = Message.objects.create(ticket=self.resolved, text="It is me.", **waits)
        Invitation.objects.create(  # somebody who is missing
            survey=survey, contact=make_contact(11), campaign_id=self.ids["campaigns"], channel="email",
            status="skipped", reason="quarantine",
        )  # fmt: skip
        Invitation.objects.create(  # somebody who did not answer
            survey=survey, contact=make_contact(13), channel="email", status="sent", address="c13@nordlys.dk",
            asked_at=timezone.now(), sent_at=timezone.now(),
        )  # fmt: skip
        taken = {"state": "claimed", "caller": self.program.user, "claimed_at": timezone.now()}
        Call.objects.filter(pk=self.ids["calls"]).update(**taken)
        self.happy = Program("admin").post("responses/", {"survey": "second", "score": 10})["id"]

    def _mended(self) -> int:
        """An improvement of which a customer can be told."""
        contact = make_contact(12)
        Contact.objects.filter(pk=contact.pk).update(email="c12@nordlys.dk")
        told = make_ticket(self.resolved.survey, 1, contact=contact)
        Ticket.objects.filter(pk=told.pk).update(root_cause=self.cause)
        Contact.objects.filter(pk=contact.pk).update(last_asked_at=None)
        at = timezone.now()
        made = Improvement.objects.create(
            title="Mended", owner=self.agent, state="done", done_on=at.date(), reviewed_at=at
        )
        made.root_causes.add(self.cause)
        LetterTexts.objects.create(improvement=made, language="en", subject="Better", body="It is.")
        return made.pk

    def path_of(self, path: str) -> dict[str, str]:
        """The variables of a path, so that it leads to a row."""
        resource = path.removeprefix("/api/v1/").split("/")[0]
        row = self.ids.get(resource) or str(self.agent.pk)
        row = str(self.resolved.pk) if path.endswith("/reopen/") else row
        row = str(self.typed.pk) if path.endswith("/confirm-contact/") else row
        row = self.draft if path.endswith(("campaigns/{id}/", "campaigns/{id}/start/", "/dry-run/")) else row
        row = self.mended if path.endswith("/tell-customers/") else row
        row = str(self.waits.pk) if path.endswith(("messages/{id}/accept/", "messages/{id}/attach/")) else row
        row = self.paused if path.endswith("campaigns/{id}/resume/") else row
        return {name: row for name in ("id", "slug", "dimension") if f"{{{name}}}" in path}

    def fill(self, case: Case, own: dict[str, str]) -> None:
        """Name rows that exist, in the path and wherever a body names one."""
        case.path_parameters = own
        if case.operation.path.endswith(("/resolve/", "/promises/")):
            self._waive_all()
        if not isinstance(case.body, dict):
            return
        known: dict[str, Any] = {
            "survey": "autumn", "contact": int(self.ids["contacts"]), "response": self.happy,
            "step": self._own_step() if "step" in case.body else 0,
            "root_cause": self.cause.slug, "follows": int(self.ids["responses"]), "owner": self.agent.pk,
            "team": int(self.ids["teams"]), "until": (timezone.now() + timedelta(days=1)).isoformat(),
            "reminder": self.reminder, "promise": self._own_promise() if "promise" in case.body else 0,
            "due_at": (timezone.now() + timedelta(days=2)).isoformat(), "at": timezone.now().isoformat(),
            "answered_at": timezone.now().isoformat(), "time_zone": "Europe/Copenhagen",
            "churned_at": timezone.now().isoformat(), "phone": "+45 33 12 34 56",
            "confirm": self.address,
            "ticket": int(self.ids["tickets"]), "channel": "link", "root_causes": [self.cause.slug], "done_on": None,
        }  # fmt: skip
        body = {name: known.get(name, value) for name, value in case.body.items()}
        instead = [("owner", "team"), ("email", "contact"), ("name", "contact"), ("language", "contact")]
        instead = [] if "/improvements/" in case.operation.path else instead
        for pair in [*instead, ("amount", "currency")]:
            if set(pair) <= set(body):
                del body[pair[0]]
        if case.operation.path.endswith("/call-lists/"):
            body = {name: body[name] for name in ("name",) if name in body}
            today = str(company_day(timezone.now()))
            body |= {"survey": known["survey"], "number": 1, "from": today, "to": today}
        if case.operation.path.endswith("/invitations/"):
            body = {name: body[name] for name in ("channel",) if name in body}
            body |= {"survey": known["survey"], "contact": known["contact"], "send_at": known["due_at"]}
        case.body = body

    def _waive_all(self) -> None:
        """A ticket with an open promise could not be resolved, nor take one more after twenty."""
        ticket_id = int(self.ids["tickets"])
        for promise in Promise.objects.filter(ticket=ticket_id, state="open"):
            promises.waive(ticket_id=ticket_id, promise_id=promise.pk, by=self.agent, reason="another")

    def _own_promise(self) -> int:
        """An open one of the ticket."""
        self._waive_all()
        ticket_id = int(self.ids["tickets"])
        due = timezone.now() + timedelta(days=1)
        return promises.make(ticket_id=ticket_id, by=self.agent, text="x", due_at=due).pk

    def _own_step(self) -> int:
        ticket = Program("admin").get(f"tickets/{self.ids['tickets']}/")
        return int(ticket["steps"][0]["id"])


UNTIL_IT_FITS = (10, 40)  # times as many examples, for an operation that took none of the first ones


def check(case: Case, world: World) -> int:
    """Call, undo, and compare with the schema. Returns: the status."""
    with transaction.atomic():
        answer = case.call(headers=world.program.headers)
        transaction.set_rollback(True)
    case.validate_response(answer, headers=world.program.headers, checks=_checks())
    told = set(case.operation.definition.raw["responses"])
    assert str(answer.status_code) in told, (case.as_curl_command(), answer.status_code, answer.text)
    if answer.status_code >= 400:
        check_problem(_Plain(answer), json.loads(answer.content))
    return int(answer.status_code)


class _Plain:
    """An answer of schemathesis, as the other tests of the API take it."""

    def __init__(self, answer: Any) -> None:
        self.status_code, self.headers = answer.status_code, answer.headers

    def __getitem__(self, name: str) -> str:
        return str(self.headers[name.lower()][0])


def _checks() -> list[Any]:
    registry: Any = schemathesis.checks
    registry.load_all_checks()
    return list(registry.CHECKS.get_by_names(CHECKS))


@functools.cache
def operations() -> list[Any]:
    """Of the schema, the same for every key. Reading it takes longer than asking what it says."""
    found = schemathesis.openapi.from_wsgi("/api/schema/", application).get_all_operations()
    return [one.ok() for one in found]  # type: ignore[union-attr]  # an error has none, and ends the test


@functools.cache
def cases(label: str, mode: GenerationMode) -> Any:
    """What is made up for the operation; to begin with one takes longer than the requests."""
    (operation,) = (one for one in operations() if one.label == label)
    return operation.as_strategy(mode)


def fuzz(operation: Any, mode: GenerationMode, world: World, examples: int) -> Counter[int]:
    """How often each status came."""
    own, seen = world.path_of(operation.path), Counter[int]()

    @settings(
        max_examples=examples * MORE, deadline=None, database=None, derandomize=MORE == 1, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=cases(operation.label, mode), is_ours=st.sampled_from([True, True, False]))
    def run(case: Case, is_ours: bool) -> None:
        if is_ours and mode.is_positive:
            world.fill(case, own)
        seen[check(case, world)] += 1

    run()
    return seen


# The admin's requests come past the first check of every operation; the other scopes mostly see who may not.
@pytest.mark.parametrize(
    ("scope", "examples"),
    [("admin", budget(2, 6)), ("write", budget(1, 2)), ("read", budget(1, 2)), ("limited", budget(1, 3))],
)
def test_every_operation_answers_as_its_schema_says(scope: str, examples: int) -> None:
    world = World(scope)
    seen: dict[str, Counter[int]] = {}
    for operation in operations():
        seen[operation.label] = Counter()
        for mode in GenerationMode:
            if scope == "admin" or mode.is_positive or one_in(3, scope, operation.label):
                seen[operation.label] += fuzz(operation, mode, world, examples)
        for more in UNTIL_IT_FITS:  # what the few examples are depends on the sources
            if scope == "admin" and min(seen[operation.label]) >= 300:
                seen[operation.label] += fuzz(operation, GenerationMode.POSITIVE, world, more * examples)
    statuses = sum(seen.values(), Counter())
    print(f"{scope}: {statuses.total()} requests, {dict(statuses)}")
    assert len(seen) >= 35
    if scope == "admin":  # the fuzzer came past the first check of every operation
        assert [label for label, counts in seen.items() if min(counts) >= 300] == []

"""Who may do what: each scope on each endpoint with each method, limited keys, and keys that are none."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from followup.conversations.slots.models import CallBooking
from followup.conversations.writing import services as mails
from followup.conversations.writing.services import Draft
from followup.insights.improvements.models import Improvement
from followup.insights.silence.models import Call, CallList
from followup.models import Playbook, RootCause, Ticket
from followup.playbooks import services as playbooks
from followup.tickets import actions, promises
from nps_project.accounts.keys import revoke_api_key
from nps_project.accounts.models import ApiKey, Team
from surveys.contacts.segments.services import save_segment
from surveys.contacts.services import company_named
from surveys.models import AskDecision, Campaign, Contact, DecisionKind, Invitation, Response, Segment, Survey
from surveys.services.bulk_decisions import ask, stop
from surveys.services.invitations import create_invitation
from tests.api_client import BASE, Program, check_problem
from tests.factories import make_answer, make_contact, make_survey, make_ticket, make_user
from tests.followup.playbooks.trials.making import draft_trial
from tests.hostile import one_in
from tests.sizes import FULL

pytestmark = pytest.mark.django_db

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
SAFE = {"GET", "HEAD", "OPTIONS"}
DECISIONS = tuple(f"responses/{{id}}/{action}/" for action in ("accept", "discard", "restore"))
BULK_DECISIONS = tuple(f"bulk-decisions/{{id}}/{action}/" for action in ("stop", "resume", "undo"))
CAMPAIGN_ACTIONS = tuple(
    f"campaigns/{{id}}/{action}/"
    for action in ("start", "pause", "resume", "stop", "send-to-missing", "test", "dry-run")
)
MESSAGES = tuple(f"messages/{{id}}/{action}/" for action in ("accept", "attach", "take-back"))
ADMINS_WRITE = (
    "improvements",
    "campaigns",
    "call-lists",
    "surveys",
    "bulk-decisions",
    "companies",
    "segments",
    *DECISIONS,
    "contacts/{id}/everything/",
    "contacts/{id}/erase/",
)
ADMINS_READ = "contacts/{id}/everything/"
ERASE = "contacts/{id}/erase/"
AGENTS_CALL = "call-lists/{id}/next/"
OWN_ONLY = "bulk-decisions/{id}/"  # those of others are for admins
WRITES = {
    "surveys/": {"POST"},
    "surveys/{slug}/": {"PATCH"},
    "contacts/": {"POST"},
    "contacts/{id}/": {"PATCH"},
    ERASE: {"POST"},
    "companies/": {"POST"},
    "companies/{id}/": {"PATCH"},
    "segments/": {"POST"},
    "segments/{slug}/": {"PATCH", "DELETE"},
    "campaigns/": {"POST"},
    "campaigns/{id}/": {"PATCH", "DELETE"},
    "improvements/": {"POST"},
    "improvements/{id}/": {"PATCH"},
    "improvements/{id}/tell-customers/": {"POST"},
    "call-lists/": {"POST"},
    "call-lists/{id}/stop/": {"POST"},
    AGENTS_CALL: {"POST"},
    "invitations/": {"POST"},
    "responses/": {"POST"},
    "tickets/": {"POST"},
} | {
    f"tickets/{{id}}/{action}/": {"POST"}
    for action in (
        "claim", "assign", "attempts", "notes", "steps", "wait", "resolve", "reopen", "promises", "keep-promise",
        "move-promise", "waive-promise", "tags", "raise-reminder", "confirm-contact", "messages",
    )
} | {
    f"calls/{{id}}/{action}/": {"POST"} for action in ("answer", "refused", "not-reached", "give-back")
} | {
    path: {"POST"}
    for path in ("bulk-decisions/", *MESSAGES, *DECISIONS, *BULK_DECISIONS, *CAMPAIGN_ACTIONS)
}  # fmt: skip
READS_NOT = {path for path in WRITES if path.count("/") == 3}  # the actions


def every_path() -> list[str]:
    """As the URL configuration has them: surveys/{slug}/ and so on."""
    found = set()
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and str(resolver.pattern) == "api/v1/":
            for pattern in resolver.url_patterns:
                assert isinstance(pattern, URLPattern)
                route = str(pattern.pattern).removeprefix("^").removesuffix("$").removesuffix(r"\Z")
                route = re.sub(r"<\w+:(\w+)>", r"{\1}", route)
                found.add(re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda m: "{id}" if m[1] == "pk" else f"{{{m[1]}}}", route))
    return sorted(found)


def make_one_of_each() -> dict[str, str]:
    """Resource to the id of a row."""
    playbooks.ensure_default()
    contact = make_contact(1)
    Contact.objects.filter(pk=contact.pk).update(email="kim@kunde-1.dk")  # who may be written to
    ticket = make_ticket(make_survey(), 3, contact=contact)
    invitation = create_invitation(survey=ticket.survey, contact=make_contact(2))
    campaign = Campaign.objects.create(name="Autumn", survey=ticket.survey, status="running", started_at=timezone.now())
    Invitation.objects.create(survey=ticket.survey, contact=invitation.contact, campaign=campaign, channel="email")
    AskDecision.objects.create(contact=invitation.contact, survey=ticket.survey, decision="asked")
    team = Team.objects.create(name="North")
    step, zoe = ticket.steps.get(kind="next_contact"), make_user("zoe")
    actions.set_step(ticket_id=ticket.pk, step_id=step.pk, by=zoe)
    message = mails.write(ticket_id=ticket.pk, by=zoe, draft=Draft("Sorry", "We call you."))
    due = timezone.now() + timedelta(days=1)
    promise = promises.make(ticket_id=ticket.pk, by=zoe, text="A call", due_at=due, at=timezone.now())
    CallBooking.objects.create(
        response=ticket.response, ticket=ticket, promise=promise, person=zoe, starts_at=due, made_at=timezone.now()
    )  # fmt: skip
    chief = make_user("chief", "manager")
    bulk = ask(kind=DecisionKind.DISCARDED, chosen={"score": "9"}, by=chief, reason="A try")
    stop(bulk_id=bulk.pk)
    company = company_named("Nordlys")
    assert company is not None
    call_list = CallList.objects.create(name="The silent", survey=ticket.survey)
    return {
        "call-lists": str(call_list.pk),
        "calls": str(Call.objects.create(call_list=call_list, contact=contact, place=1).pk),
        "surveys": ticket.survey.slug,
        "bulk-decisions": str(bulk.pk),
        "root-causes": RootCause.objects.all()[0].slug,
        "tickets": str(ticket.pk),
        "messages": str(message.pk),
        "responses": str(ticket.response_id),
        "contacts": str(invitation.contact_id),
        "invitations": str(invitation.pk),
        "teams": str(team.pk),
        "campaigns": str(campaign.pk),
        "companies": str(company.pk),
        "segments": save_segment(Segment(), {"name": "Everybody", "filter": {}}).slug,
        "playbooks": str(Playbook.objects.get().pk),
        "improvements": str(Improvement.objects.create(title="Faster", owner=chief).pk),
        "stats": "language",
        "trials": str(draft_trial(ticket.survey).pk),
    }


def expected_status(scope: str, path: str, method: str) -> set[int]:
    """422 stands for: allowed, and then the empty body is refused; 409 for: allowed, but not in this state."""
    if not scope:
        return {401}
    writes = WRITES.get(path, set())
    rank = {"read": 0, "write": 1, "admin": 2}[scope]
    is_admins = path.startswith(ADMINS_WRITE) and path != AGENTS_CALL
    needed = 0 if method in SAFE else 2 if is_admins else 1
    if path == ADMINS_READ and rank < 2 and method in ("GET", "HEAD"):
        return {403}
    if rank < needed:
        return {403}
    if method in writes and path.startswith(("campaigns/{id}/", "improvements/{id}/", "messages/{id}/")):
        return {200, 409, 422}
    if method in writes and path.startswith(("call-lists/{id}/", "calls/{id}/")):
        return {200, 204, 409, 422}
    if method in writes:
        return {204} if method == "DELETE" else {200, 422}
    if method in SAFE and (path not in READS_NOT or method == "OPTIONS"):
        return {404} if path == OWN_ONLY and rank < 2 and method != "OPTIONS" else {200}
    return {405}


@pytest.mark.parametrize("scope", ["", "read", "write", "admin"])
def test_each_scope_may_do_on_each_path_what_it_may_and_no_more(scope: str, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 10_000  # so many it is in one go
    ids, program, wrong = make_one_of_each(), Program(scope), []
    paths = every_path()
    assert len(paths) >= 26
    assert set(WRITES) <= set(paths)
    for path in paths:
        resource = path.split("/")[0]
        named = ids.get(resource) or str(program.user.pk if program.user else 1)
        address = path.replace("{id}", named).replace("{slug}", named).replace("{dimension}", named)
        for method in METHODS:
            if scope in ("read", "write") and method in ("HEAD", "OPTIONS") and not (FULL or one_in(4, path, method)):
                continue
            answer = program.call(method, address, None if method in SAFE else {})
            if answer.status_code not in expected_status(scope, path, method):
                wrong.append((method, path, answer.status_code, answer.content[:300]))
            elif answer.status_code >= 400 and method != "HEAD":
                check_problem(answer, answer.json())
            if answer.status_code == 401:
                assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
            if answer.status_code == 405:
                assert answer["Allow"]
    assert wrong == []


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer nonsense", "Basic YTpi", "wb_nothing", "Bearer \xff\xfe", "Bearer a b"]
)
def test_what_is_no_key_is_401(header: str) -> None:
    program = Program("")
    program.headers = {"Authorization": header}
    answer = program.call("GET", "surveys/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    check_problem(answer, answer.json())


def test_a_revoked_key_is_401_at_once() -> None:
    program = Program("admin")
    program.get("surveys/")
    revoke_api_key(ApiKey.objects.get(user=program.user))
    program.get("surveys/", 401)


def test_a_staff_session_is_no_key() -> None:
    person = Program("").client
    person.force_login(make_user("anna", "admin"))
    assert person.get(f"{BASE}surveys/").status_code == 401


def test_a_key_for_one_survey_sees_and_changes_nothing_of_another() -> None:
    mine, other = make_survey("mine"), make_survey("other")
    tickets = {survey.slug: make_ticket(survey, 2, contact=make_contact(n)) for n, survey in enumerate((mine, other))}
    invited = {survey.slug: create_invitation(survey=survey, contact=make_contact(n + 5)) for n, survey in
               enumerate((mine, other))}  # fmt: skip
    program = Program("admin", survey=mine)
    rows: dict[str, tuple[Any, Any]] = {
        "surveys": (mine.slug, other.slug),
        "tickets": (tickets["mine"].pk, tickets["other"].pk),
        "responses": (tickets["mine"].response_id, tickets["other"].response_id),
        "invitations": (invited["mine"].pk, invited["other"].pk),
        "contacts": (tickets["mine"].response.contact_id, tickets["other"].response.contact_id),
    }
    for resource, (seen, hidden) in rows.items():
        program.get(f"{resource}/{seen}/")
        program.get(f"{resource}/{hidden}/", 404)
        key = "slug" if resource == "surveys" else "id"
        assert hidden not in [row[key] for row in program.every(f"{resource}/")]
        program.call("PATCH", f"{resource}/{hidden}/", {"name": "taken over"})
    assert not Survey.objects.filter(name="taken over").exists()
    assert not Contact.objects.filter(name="taken over").exists()
    refuses_to_change(program, tickets["other"], rows["contacts"][1])
    assert program.get("stats/nps/")["responses"] == 1
    program.get("stats/nps/?survey=other", 400)
    assert program.get("stats/follow-up/")["open"] == 1
    assert program.every("tickets/?survey=other") == []


def test_a_key_for_one_survey_reads_nobodys_address() -> None:
    colleague = make_user("bea")
    Team.objects.create(name="North").members.add(colleague)
    program = Program("read", survey=make_survey("mine"))

    assert program.user is not None
    assert [user["id"] for user in program.every("users/")] == [program.user.pk]
    program.get(f"users/{colleague.pk}/", 404)
    assert program.every("teams/") == []


def refuses_to_change(program: Program, ticket: Ticket, contact_id: int) -> None:
    """Nothing that names a hidden row is done."""
    before = (Response.objects.count(), Invitation.objects.count(), Survey.objects.count())
    for action in ("claim", "assign", "attempts", "notes", "steps", "wait", "resolve", "reopen"):
        program.post(f"tickets/{ticket.pk}/{action}/", {"text": "x"}, 404)
    program.get(f"tickets/{ticket.pk}/activities/", 404)
    program.post("tickets/", {"response": make_answer(ticket.survey, 8).pk}, 422)
    program.post("responses/", {"survey": "other", "score": 3}, 422)
    program.post("responses/", {"survey": "mine", "score": 3, "contact": contact_id}, 422)
    program.post("responses/", {"survey": "mine", "score": 3, "follows": ticket.response_id}, 422)
    program.post("invitations/", {"survey": "other", "email": "new@example.com"}, 422)
    program.post("invitations/", {"survey": "mine", "contact": contact_id}, 422)
    program.post("surveys/", {"slug": "third", "name": "Third", "brand": "Nordlys"}, 403)
    now = (Response.objects.count(), Invitation.objects.count(), Survey.objects.count())
    assert now == (before[0] + 1, *before[1:])  # the answer of this test itself

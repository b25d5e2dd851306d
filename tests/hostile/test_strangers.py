"""Whoever may not see a thing finds no way to it: people of other teams, viewers, keys of one survey, forged forms."""

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from followup.conversations.models import Attachment, Message
from followup.desk.queue import kept_views
from followup.models import RootCause, Ticket
from followup.tickets import actions
from nps_project.accounts.models import Role, Team, User
from nps_project.deliveries.models import Delivery
from surveys.contacts.services import save_contact
from surveys.models import Contact, DecisionKind, Response, Survey
from surveys.services import bulk_decisions
from surveys.services.invitations import create_invitation
from tests.addresses import World, make_world, routes
from tests.addresses_of_insights import COMMENT
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user
from tests.hostile.corpus import SCRIPT, SOLVED, TEMPLATE
from tests.hostile.shown import words_of
from tests.kept_rows import copy_of, kept_for_module
from tests.surveys.contacts.imports.files import begin

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]

SECRET = "Zarathustra"


@dataclass
class South:
    """What people of North must not learn of."""

    world: World
    team: Team
    survey: Survey
    contact: Contact
    ticket: Ticket
    happy: Response
    agent: User


def make_south() -> South:
    """One of each, with a word in all its texts; the agent `bea` of the world sees North alone."""
    world = make_world()
    User.objects.filter(pk=world.agent.pk).update(all_teams=False)
    world.agent.refresh_from_db()
    team = Team.objects.create(name="South")
    agent = make_user("sam", all_teams=False)
    team.members.add(agent)
    survey = make_survey("south", team=team)
    contact = make_contact(77, name=f"{SECRET} name", phone="+45 77 77 77 77", traits={"company": f"{SECRET} Ltd"})
    contact = save_contact(contact, {"company_name": f"{SECRET} Ltd"})
    create_invitation(survey=survey, contact=contact)
    ticket = make_ticket(survey, 1, f"{SECRET} was here", contact=contact)
    Ticket.objects.filter(pk=ticket.pk).update(team=team)
    actions.claim(ticket_id=ticket.pk, by=agent)
    happy = make_answer(survey, 10, f"{SECRET} is happy")
    return South(world, team, survey, contact, ticket, happy, agent)


kept_south = kept_for_module(make_south)


@pytest.fixture
def south(db: None, kept_south: South) -> South:
    return copy_of(kept_south)


def told(answer: Any) -> bool:
    return SECRET.lower() in words_of(answer.getvalue()).lower()


@pytest.mark.parametrize(("role", "refused"), [(Role.AGENT, (403, 404, 405)), (Role.MANAGER, (404, 405))])
def test_a_stranger_of_another_team_finds_nothing(south: South, role: str, refused: tuple[int, ...]) -> None:
    """What is for managers alone says so to an agent, whether it is there or not; to a manager it is not there."""
    User.objects.filter(pk=south.world.agent.pk).update(role=role)
    client = client_of(User.objects.get(pk=south.world.agent.pk))
    boss = make_user("boss", "manager", all_teams=False)
    south.team.members.add(boss)
    chosen = {"survey": "south"}
    many = bulk_decisions.ask(kind=DecisionKind.DISCARDED, chosen=chosen, by=boss, reason=f"{SECRET} spam")
    view = kept_views.save(owner=south.agent, name=SECRET, query="score=1", is_shared=False)
    mail = Message.objects.create(ticket=south.ticket, direction="in", status="received", text=f"{SECRET} writes")
    file = Attachment.objects.create(message=mail, name=f"{SECRET}.txt", content_type="text/plain", size=1)
    ids = {
        "message_id": mail.pk,
        "attachment_id": file.pk,
        "ticket_id": south.ticket.pk,
        "response_id": south.happy.pk,
        "view_id": view.pk,
        "bulk_id": many.pk,
        "contact_id": south.contact.pk,
        "company_id": south.contact.company_id,
        "run_id": begin(f"email,name\nz,{SECRET}\n", by=boss).pk,
    }
    faults = []
    for route in routes():
        if not route.startswith(("desk/", "contacts/")) or "outbox" in route:
            continue
        actions_tried = ("claim", "notes", "assign", "contact", "discard", "restore", "stop", "undo", "start")
        for action in actions_tried if "<slug:action>" in route else ("",):
            known = {f"<int:{name}>": str(pk) for name, pk in ids.items()} | {
                "<slug:action>": action,
                "<slug:slug>": "x",
            }
            named = re.sub(r"<\w+:\w+>", lambda match, known=known: known[match[0]], route)  # type: ignore[misc]
            statuses = (*refused, 403) if route.endswith(("/everything/", "/erase/")) else refused  # for admins alone
            for method in ("GET", "POST"):
                answer = client.generic(method, f"/{named}", "text=x", "application/x-www-form-urlencoded")
                if told(answer) or ("<" in route and answer.status_code not in statuses):
                    faults.append(f"{method} /{named}: {answer.status_code}")
    for query in ("?survey=south", "?q=zarathustra", f"?team={south.team.pk}", "?group=promoter", "?view=resolved"):
        for page in ("/desk/", "/desk/answers/", "/contacts/", "/contacts/companies/", "/contacts/contacts.csv"):
            answer = client.get(page + query)
            if any(f"{SECRET} {word}" in answer.getvalue().decode() for word in ("was", "name", "Ltd")):
                faults.append(page + query)
    assert not faults, "\n".join(faults)
    south.ticket.refresh_from_db()
    assert south.ticket.owner == south.agent


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AGENT, Role.MANAGER])
def test_only_admins_come_into_the_set_up(role: str, south: South) -> None:
    client = client_of(make_user("dan", role))
    allowed = {"setup/", "setup/me/"}
    for route, (address, *_rest) in south.world.pages.items():
        if not route.startswith(("setup/", "desk/outbox", "admin/")) or route in allowed or "setup/me" in route:
            continue
        for method in ("GET", "POST"):
            answer = client.generic(method, address, "role=admin&name=x", "application/x-www-form-urlencoded")
            assert answer.status_code in (403, 405), (method, address, answer.status_code)
    for address in ("/admin/", "/admin/accounts/user/", "/admin/surveys/response/"):
        assert client.get(address).status_code in (302, 403), address
        assert not told(client.get(address, follow=True))


def test_nobody_gives_himself_more_than_he_has(south: South) -> None:
    agent = south.world.agent
    data = {"name": "Bea", "language": "en", "time_zone": "", "role": "admin", "is_staff": "1", "is_superuser": "1",
            "all_teams": "on", "teams": [south.team.pk], "email": "ada@example.com", "is_active": "on"}  # fmt: skip
    assert client_of(agent).post("/setup/me/", data).status_code == 302
    agent.refresh_from_db()
    assert (agent.role, agent.all_teams, agent.email) == (Role.AGENT, False, "bea@example.com")
    assert not agent.teams.filter(pk=south.team.pk).exists()


def test_viewers_change_nothing_on_the_desk(south: South) -> None:
    client, ticket = client_of(make_user("vic", Role.VIEWER)), south.world.ticket
    before = ticket.activities.count()
    for action in ("claim", "assign", "attempts", "notes", "steps", "wait", "resolve", "reopen", "contact"):
        answer = client.post(f"/desk/tickets/{ticket.pk}/{action}/", {"text": "x", "result": "reached"})
        assert answer.status_code == 403, action
    assert client.post(f"/desk/answers/{south.world.happy.pk}/ticket/").status_code == 403
    assert ticket.activities.count() == before


def test_a_step_of_another_ticket_is_not_ticked(south: South) -> None:
    step = south.ticket.steps.all()[0]
    mine = make_ticket(south.world.survey, 2, contact=make_contact(5))
    Ticket.objects.filter(pk=mine.pk).update(team=Team.objects.get(name="North"))
    answer = client_of(south.world.agent).post(f"/desk/tickets/{mine.pk}/steps/", {"step": step.pk, "done": "yes"})
    assert answer.status_code == 422
    step.refresh_from_db()
    assert step.done_at is None


def test_typing_the_address_of_a_strangers_customer_shows_nothing_of_him(south: South) -> None:
    typed = make_ticket(south.world.survey, 0, "me", contact_email=str(south.contact.email), contact_name="X")
    Ticket.objects.filter(pk=typed.pk).update(team=Team.objects.get(name="North"))
    client = client_of(south.world.agent)
    assert not told(client.get(f"/desk/tickets/{typed.pk}/"))
    assert client.post(f"/desk/tickets/{typed.pk}/contact/").status_code >= 400
    assert not told(client.get(f"/desk/tickets/{typed.pk}/"))
    typed.response.refresh_from_db()
    assert typed.response.contact is None


def test_a_key_of_one_survey_finds_nothing_of_another(south: South) -> None:
    for scope in ("read", "write", "admin"):
        program = Program(scope, survey=south.world.survey)
        for path in (
            f"tickets/{south.ticket.pk}/", f"tickets/{south.ticket.pk}/activities/", f"responses/{south.happy.pk}/",
            f"contacts/{south.contact.pk}/", "surveys/south/", f"users/{south.agent.pk}/", f"teams/{south.team.pk}/",
            f"invitations/{south.contact.invitations.all()[0].pk}/",
        ):  # fmt: skip
            assert program.call("GET", path).status_code == 404, path
        for path in ("tickets/", "responses/", "contacts/", "surveys/", "users/", "teams/", "invitations/"):
            shown = program.call("GET", path)
            assert not told(shown), path
            assert b"sam@" not in shown.content, path
            assert program.call("GET", f"{path}?survey=south").status_code in (200, 400), path
        for path, body in (
            (f"tickets/{south.ticket.pk}/claim/", {}),
            ("tickets/", {"response": south.happy.pk}),
            ("responses/", {"survey": "south", "score": 1}),
            ("responses/", {"survey": "autumn", "score": 1, "follows": south.happy.pk}),
            ("responses/", {"survey": "autumn", "score": 1, "contact": south.contact.pk}),
            ("invitations/", {"survey": "autumn", "contact": south.contact.pk}),
            (f"tickets/{south.world.ticket.pk}/assign/", {"owner": south.agent.pk}),
            (f"tickets/{south.world.ticket.pk}/assign/", {"team": south.team.pk}),
            (f"tickets/{south.world.ticket.pk}/steps/", {"step": south.ticket.steps.all()[0].pk}),
        ):
            assert program.call("POST", path, body).status_code in (403, 404, 422), (scope, path, body)


def test_a_key_of_one_survey_expands_nobody(south: South) -> None:
    ticket = south.world.ticket
    actions.assign(ticket_id=ticket.pk, by=south.world.admin, owner=south.agent)
    Ticket.objects.filter(pk=ticket.pk).update(team=south.team)
    program = Program("read", survey=south.world.survey)
    for path in (f"tickets/{ticket.pk}/", "tickets/"):
        for whole in ("owner", "team", "response,owner"):
            refused = program.call("GET", f"{path}?expand={whole}")
            assert refused.status_code == 400
            assert b"sam@" not in refused.content
        assert program.call("GET", f"{path}?expand=response,survey,root_cause").status_code == 200
        assert b"sam@example.com" in Program("read").call("GET", f"{path}?expand=owner,team").content


def test_forms_of_others_pages_and_open_redirects(south: South) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(south.world.admin)
    for route, (address, *_rest) in south.world.pages.items():
        if route.startswith(("desk/", "setup/", "contacts/", "preferences", "logout", "login")):
            for headers in ({}, {"Origin": "https://evil.example", "Referer": "https://evil.example/"}):
                assert client.post(address, {"next": "x"}, headers=headers).status_code in (403, 405), address
    visitor = Client()
    for wanted in ("//evil.example", "https://evil.example", "\\\\evil.example", "/\\evil.example",
                   "javascript:alert(1)",
                   "http:///evil.example", "////evil.example", "\t//evil.example", "https:evil.example"):  # fmt: skip
        form = {"email": "ada@example.com", "password": "a long enough password", "next": wanted}
        answer = visitor.post("/login/", form)
        assert answer.status_code == 302, wanted
        assert answer["Location"] == "/desk/", (wanted, answer["Location"])
        assert "evil" not in visitor.post("/preferences/", {"language": "en", "next": wanted})["Location"]
        visitor.logout()


def test_a_host_of_others_is_in_no_answer(south: South) -> None:
    for address in ("/login/", "/s/autumn/", "/api/schema/", "/desk/", "/admin/"):
        for headers in (
            {"X-Forwarded-Host": "evil.example"},
            {"Host": "evil.example"},
            {"Forwarded": "host=evil.example"},
        ):
            answer = Client().get(address, headers=headers)
            assert b"evil.example" not in answer.content, (address, headers)
            assert "evil.example" not in str(answer.headers), (address, headers)
    Delivery.objects.all().delete()
    form = {"score": "1", "comment": "x", "contact_email": "c@example.com"}
    Client().post("/s/autumn/", form, headers={"X-Forwarded-Host": "evil.example"})
    assert not Delivery.objects.filter(body_text__contains="evil").exists()


def test_words_of_customers_are_words_wherever_they_are_shown(south: South) -> None:
    """Typed by a customer, given by a program and set up by an admin; drawn on every page, in mails and in answers."""
    evil, world = SCRIPT + TEMPLATE, south.world
    link = world.pages["r/<str:token>/"][0]
    named = {
        "contact_name": evil[:190],
        "contact_email": '"<script>alert(1)</script>"@example.com',
        "contact_phone": "12345<svg>",
    }
    visitor = Client()
    assert visitor.post(f"/s/autumn/?company={SCRIPT}", {"score": "0", "comment": evil} | named).status_code in (
        303,
        422,
    )
    named["contact_email"] = "c@example.com"
    named["contact_phone"] = "+4512345678"
    assert visitor.post("/s/autumn/", {"score": "0", "comment": evil} | named).status_code == 303
    assert visitor.post(link, {"score": "2", "comment": evil}).status_code == 303
    program = Program("admin")
    contact = program.post("contacts/", {"name": evil[:190], "email": "evil@example.com", "external_id": evil[:190],
                                         "phone": "<svg onload=alert(23451)>",
                                         "traits": {"<b>x": evil, "company": evil}})  # fmt: skip
    answer = program.post("responses/", {"survey": "autumn", "score": 0, "comment": evil, "contact": contact["id"]})
    ticket = program.post("tickets/", {"response": answer["id"]})
    program.post(f"tickets/{ticket['id']}/notes/", {"text": evil})
    admin = client_of(world.admin)
    cause = RootCause.objects.all()[0]
    User.objects.filter(pk=world.agent.pk).update(name=SCRIPT)
    Team.objects.filter(name="North").update(name=SCRIPT)
    RootCause.objects.filter(pk=cause.pk).update(names={"en": SCRIPT})
    Survey.objects.filter(slug="autumn").update(name=SCRIPT, brand=SCRIPT + TEMPLATE)
    world.pages["desk/tickets/<int:ticket_id>/"].append(f"/desk/tickets/{ticket['id']}/")
    world.pages["contacts/<int:contact_id>/"].append(f"/contacts/{contact['id']}/")
    world.pages["contacts/<int:contact_id>/edit/"].append(f"/contacts/{contact['id']}/edit/")
    faults = []
    for addresses in world.pages.values():
        for address in addresses:
            if re.search(r"\.(csv|xlsx|png)(\?|$)", address):
                continue  # no markup, and drawing them takes long
            for client in (admin, visitor):
                shown = client.get(address)
                text = words_of(shown.getvalue())
                if "<script>alert" in text or "<svg onload" in text or SOLVED in text or "<b>x" in text:
                    faults.append(address)
                if shown.get("Content-Type", "").startswith("text/html"):
                    policy = shown.headers.get("Content-Security-Policy", "")
                    assert "default-src" in policy, address
                    assert "script-src" not in policy, address
    for mail in Delivery.objects.all():
        assert "<script>alert" not in mail.body_html
        assert SOLVED not in mail.body_html + mail.body_text + mail.subject
        assert "\n" not in mail.subject
    for model in ("surveys/response", "surveys/contact", "followup/ticket", "accounts/user", "surveys/survey"):
        for text in (admin.get(f"/admin/{model}/").content.decode(), json.dumps(COMMENT)):
            assert "<script>alert" not in text, model
    assert not faults, faults

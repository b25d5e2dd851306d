"""Who may do what with whose: one table for the pages, one for the actions on a ticket; every cell is tried."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from followup.causes import services as causes
from followup.desk.ticket.actions import ACTIONS
from followup.models import Reminder, RootCause, Ticket
from followup.tickets import actions, attempts, promises
from nps_project.accounts.models import Role, Team, User
from tests.addresses import World, make_world, routes
from tests.factories import client_of, make_contact, make_survey, make_ticket, make_user
from tests.hostile import one_in
from tests.kept_rows import copy_of, kept_for_module

pytestmark = pytest.mark.django_db

ROOMS = ("desk/", "setup/", "contacts/", "campaigns/", "docs/", "insights/")
LINKS = {"insights/wall/<str:token>/"}  # in these rooms, for who has the link
ROLES = (Role.VIEWER, Role.AGENT, Role.MANAGER, Role.ADMIN)

# The lowest role that a staff address lets in. What is not named here fails the test.
PAGES = {
    Role.VIEWER: r"""
        desk/find/ | desk/notices/ | desk/notices/read/
        desk/ | desk/filters/ | desk/live/ | desk/views/ | desk/views/<int:view_id>/delete/
        desk/tickets.csv | desk/tickets.xlsx | desk/tickets/<int:ticket_id>/ | desk/tickets/<int:ticket_id>/here/
        desk/tickets/<int:ticket_id>/mail/older/ | desk/tickets/<int:ticket_id>/files/<int:attachment_id>/
        desk/answers/ | desk/answers/<int:response_id>/ | desk/answers/answers.csv | desk/answers/answers.xlsx
        contacts/ | contacts/<int:contact_id>/ | contacts/contacts.csv | contacts/contacts.xlsx
        contacts/companies/ | contacts/companies/<int:company_id>/ | contacts/segments/
        campaigns/ | campaigns/<int:campaign_id>/ | campaigns/<int:campaign_id>/recipients/
        campaigns/<int:campaign_id>/dry-run/ | campaigns/<int:campaign_id>/mail/
        campaigns/<int:campaign_id>/mail/<slug:language>/ | campaigns/<int:campaign_id>/mail/<slug:language>/preview/
        desk/mail/<int:message_id>/raw/ | desk/mail/<int:message_id>/files/<int:attachment_id>/
        insights/ | insights/recovery/ | insights/recovery/recovery.csv | insights/recovery/tickets/
        insights/recovery/<slug:name>.<slug:kind> | insights/pictures/<slug:name>.<slug:kind>
        insights/overview.csv | insights/compare/groups.csv
        insights/compare/ | insights/compare/groups.<slug:kind> | insights/wall/
        insights/reports/ | insights/reports/<int:report_id>/<slug:action>/
        insights/silence/ | insights/silence/silence.csv | insights/silence/people/ | insights/silence/tickets/
        insights/silence/pictures/<slug:name>.<slug:kind> | insights/silence/calls/
        insights/silence/calls/<int:call_list_id>/ | insights/silence/calls/<int:call_list_id>/picture.<slug:kind>
        docs/ | docs/<slug:name>/ | docs/pictures/<str:name>
        setup/me/ | setup/me/security/ | setup/me/second-factor/ | setup/me/second-factor/change/
        setup/me/sessions/<str:name>/end/
        insights/fair-play/ | insights/fair-play/fair-play.csv | insights/fair-play/differences.<slug:kind>
        insights/fair-play/<slug:name>/
        insights/risk/ | insights/risk/risk.csv | insights/risk/customers.<slug:kind>
        insights/risk/<slug:name>.<slug:kind>
        insights/causes/ | insights/causes/causes.csv | insights/causes/causes.xlsx
        insights/words/ | insights/words/sentences/ | insights/words/words.csv | insights/words/words.xlsx
        insights/themes/ | insights/themes/themes.csv | insights/silence/calls/<int:call_list_id>/calls.csv
        insights/improvements/ | insights/improvements/<int:improvement_id>/
        insights/improvements/<int:improvement_id>/letter/
        insights/improvements/<int:improvement_id>/letter/<slug:language>/
        insights/improvements/<int:improvement_id>/mail/<slug:language>/preview/
    """,
    Role.AGENT: r"""
        insights/praise/<int:response_id>/ | insights/risk/<int:contact_id>/ticket/
        insights/praise/<int:response_id>/
        insights/silence/calls/<int:call_list_id>/next/
        insights/silence/calls/<int:call_list_id>/<int:call_id>/answer/
        insights/silence/calls/<int:call_list_id>/<int:call_id>/<slug:what>/
        insights/praise/<int:response_id>/ | insights/risk/<int:contact_id>/ticket/
        insights/themes/accept/<int:ticket_id>/
        desk/bulk/ | desk/undo/ | desk/tickets/<int:ticket_id>/<slug:action>/
        desk/tickets/<int:ticket_id>/colleagues/ | desk/tickets/<int:ticket_id>/mail/write/
        desk/tickets/<int:ticket_id>/mail/<int:message_id>/take-back/
        desk/tickets/<int:ticket_id>/case/
        desk/mail/ | desk/mail/<int:message_id>/ | desk/mail/<int:message_id>/<slug:action>/
        desk/answers/<int:response_id>/ticket/ | desk/answers/<int:response_id>/raised/
        setup/me/absences/ | setup/me/absences/<int:pk>/delete/
        contacts/new/ | contacts/<int:contact_id>/edit/ | contacts/<int:contact_id>/answer/
    """,
    Role.MANAGER: r"""
        desk/tickets/<int:ticket_id>/case/close/
        contacts/scanners/ | contacts/import/ | contacts/import/<int:run_id>/ | contacts/import/<int:run_id>/bad.csv
        contacts/import/<int:run_id>/<slug:action>/
        desk/answers/<int:response_id>/<slug:action>/ | desk/answers/decide/ | desk/answers/decisions/
        desk/answers/decisions/<int:bulk_id>/ | desk/answers/decisions/<int:bulk_id>/<slug:action>/
        contacts/companies/<int:company_id>/edit/ | contacts/segments/new/ | contacts/segments/<slug:slug>/
        contacts/segments/<slug:slug>/delete/ | campaigns/new/ | campaigns/<int:campaign_id>/edit/
        campaigns/<int:campaign_id>/delete/ | campaigns/<int:campaign_id>/do/<slug:action>/
        campaigns/<int:campaign_id>/mail/<slug:language>/test/
        insights/improvements/new/ | insights/improvements/<int:improvement_id>/edit/
        insights/improvements/<int:improvement_id>/letter/<slug:language>/keep/
        insights/improvements/<int:improvement_id>/since/ | insights/improvements/<int:improvement_id>/do/<slug:action>/
        insights/wall/links/ | insights/wall/links/<int:link_id>/revoke/
        insights/silence/calls/new/ | insights/silence/calls/<int:call_list_id>/stop/
        insights/themes/chosen-otherwise.csv
        insights/trials/.* | insights/days/ | insights/days/<int:event_id>/unmark/
    """,
    Role.ADMIN: r"""
        desk/outbox/.* | setup/(?!me/).* | insights/themes/precision/
        contacts/<int:contact_id>/everything/ | contacts/<int:contact_id>/erase/
        contacts/answers/<int:response_id>/everything/ | contacts/answers/<int:response_id>/erase/
    """,
}

# Each action of the desk, by role: on one's own ticket, on one's team's, on strangers'. A number is the status of the
# answer; a stranger's ticket is not there at all.
_MAY = (303, 303, 404)
_MAY_NOT = (403, 403, 403)
TICKET_ACTIONS: dict[str, dict[str, tuple[int, int, int]]] = {
    action: {Role.VIEWER: _MAY_NOT, Role.AGENT: _MAY, Role.MANAGER: _MAY, Role.ADMIN: (303, 303, 303)}
    for action in ACTIONS
}
OBJECTS = ("own", "team's", "strangers'")


def needed(route: str) -> str | None:
    """The role of PAGES for a route."""
    for role, patterns in PAGES.items():
        for pattern in re.split(r"[|\s]+(?=desk|setup|contacts/|campaigns/|insights/|docs/)", patterns.strip()):
            found = pattern.strip(" |\n")
            if route == found or (".*" in found and re.fullmatch(found, route)):
                return str(role)
    return None


kept_world = kept_for_module(make_world)


@pytest.fixture
def world(db: None, kept_world: World) -> World:
    return copy_of(kept_world)


def staff_routes() -> list[str]:
    return [route for route in routes() if route.startswith(ROOMS) and route not in LINKS]


def test_every_staff_page_is_in_the_table() -> None:
    assert [route for route in staff_routes() if needed(route) is None] == []


@pytest.mark.parametrize("role", [*ROLES, "nobody", "inactive"])
def test_pages_let_in_whom_the_table_says(role: str, world: World) -> None:
    """Whoever may not is always tried, and the lowest that may; those above it with one in five, and all by
    `make hostile`."""
    faults, client = [], visitor(role)
    for route in staff_routes():
        address = world.pages[route][0]
        for method in ("GET", "POST"):
            client = visitor(role) if "setup/me/" in route else client  # some of these end the session
            if role in above(route) and not one_in(5, role, route, method):
                continue
            answer = client.generic(method, address, "x=y", "application/x-www-form-urlencoded")
            if answer.streaming:
                list(answer)  # read to its end, which closes its file
            if not as_said(role, needed(route) or Role.ADMIN, answer):
                faults.append(f"{method} {route} for {role}: {answer.status_code}")
    assert not faults, "\n".join(faults)


def above(route: str) -> list[Role]:
    """The roles that may do more than the one that the route asks for."""
    return list(ROLES[ROLES.index(Role(needed(route) or Role.ADMIN)) + 1 :])


def visitor(role: str) -> Client:
    """A browser of somebody new in this role; each its own, because some addresses end the session."""
    if role == "nobody":
        return Client()
    user = User.objects.filter(email=f"{role}@example.com").first() or make_user(
        role, "admin" if role == "inactive" else role
    )
    client = client_of(user)
    if role == "inactive":
        User.objects.filter(pk=user.pk).update(is_active=False)
    return client


def as_said(role: str, lowest: str, answer: Any) -> bool:
    if role not in ROLES:
        return answer.status_code == 405 or str(answer.headers.get("Location", "")).startswith("/login/")
    if ROLES.index(Role(role)) < ROLES.index(Role(lowest)):
        return answer.status_code in {403, 405}
    return answer.status_code not in {401, 403} and bool(answer.status_code < 500)


class Desk:
    """The same customer's ticket as somebody's own, as his team's, and as strangers'; freshly made for each try."""

    def __init__(self) -> None:
        self.north, self.south = Team.objects.create(name="N"), Team.objects.create(name="S")
        self.surveys = {"own": make_survey("own", team=self.south), "team's": make_survey("teams", team=self.north),
                        "strangers'": make_survey("strangers", team=self.south)}  # fmt: skip
        self.helper = make_user("helper", "manager")
        causes.ensure_defaults()
        self.number = 1_000  # above the customers of the world

    def ticket(self, whose: str, me: User, action: str) -> tuple[Ticket, dict[str, Any]]:
        """A ticket on which the action can be done, and what is sent."""
        self.number += 1
        ticket = make_ticket(self.surveys[whose], 2, "Words", contact=make_contact(self.number))
        owner = {"own": me, "team's": None, "strangers'": self.helper}[whose]
        if owner is not None and not (action == "claim" and whose == "own"):
            Ticket.objects.filter(pk=ticket.pk).update(owner=owner)
        if action == "claim" and whose == "own":  # one's own is claimed already: what is left is the team's
            Ticket.objects.filter(pk=ticket.pk).update(team=self.north)
        return ticket, dict(self._form(ticket, action, me))

    def _form(self, ticket: Ticket, action: str, me: User) -> Iterator[tuple[str, Any]]:
        by, later = self.helper, timezone.now() + timedelta(days=2)
        when = later.strftime("%Y-%m-%dT%H:%M")
        if action in ("promise-kept", "promise-moved", "promise-waived"):
            made = promises.make(ticket_id=ticket.pk, by=by, text="A part", due_at=later)
            yield "promise", made.pk
        if action == "raised":
            contact = ticket.response.contact
            assert contact is not None
            yield (
                "reminder",
                Reminder.objects.create(contact=contact, ticket=ticket, text="x", set_at=timezone.now(), set_by=by).pk,
            )
        if action in ("resolve", "reopen"):
            attempts.log_attempt(ticket_id=ticket.pk, by=by, result="reached")
        if action == "reopen":
            actions.resolve(ticket_id=ticket.pk, by=by, outcome="kept", root_cause=RootCause.objects.all()[0])
        step = ticket.steps.exclude(kind="account_manager").first()
        assert step is not None
        fields: dict[str, dict[str, Any]] = {
            "assign": {"owner": me.pk}, "attempts": {"result": "no_answer"}, "notes": {"text": "x"},
            "steps": {"step": step.pk}, "wait": {"until": when}, "reopen": {"reason": "x"},
            "resolve": {"outcome": "kept"}, "promise": {"text": "x", "due_at": when, "owner": ""},
            "promise-moved": {"due_at": when, "reason": "x", "agreed": "on"}, "promise-kept": {},
            "promise-waived": {"reason": "x"}, "contact": {}, "left": {"on": f"{timezone.localdate()}"},
        }  # fmt: skip
        yield from fields.get(action, {}).items()
        ticket.refresh_from_db()
        yield "seen", ticket.history_count


def after(answer: Any) -> int:
    """422 and 409 are of one who may: what he sent is looked at."""
    return 303 if answer.status_code in (302, 303, 409, 422) else int(answer.status_code)


def test_each_action_on_a_ticket_is_for_whom_the_table_says() -> None:
    desk, faults = Desk(), []
    people = {role: make_user(f"{role}-n", role, all_teams=False) for role in ROLES}
    for user in people.values():
        desk.north.members.add(user)
    for action, by_role in TICKET_ACTIONS.items():
        for role, user in people.items():
            client = client_of(user)
            for whose, expected in zip(OBJECTS, by_role[role], strict=True):
                ticket, form = desk.ticket(whose, user, action)
                before = Ticket.objects.values().get(pk=ticket.pk)
                answer = client.post(f"/desk/tickets/{ticket.pk}/{action}/", form)
                if after(answer) != expected:
                    faults.append(f"{action} on {whose} by {role}: {answer.status_code}, not {expected}")
                elif expected in (403, 404) and Ticket.objects.values().get(pk=ticket.pk) != before:
                    faults.append(f"{action} on {whose} by {role}: refused, and something was changed")
    assert not faults, "\n".join(faults)

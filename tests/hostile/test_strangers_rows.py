"""One customer of two teams: whatever hangs on the customer shows to those alone who may see where it belongs.

Every model that leads to a customer is walked. A new one fails here until it says who sees it, and has a row.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from followup.desk import presence
from followup.escalation import services as escalation
from followup.history import chain
from followup.models import (
    Activity,
    ActivityKind,
    ActivityText,
    Attempt,
    DigestItem,
    Notice,
    Pause,
    Presence,
    Promise,
    Reminder,
    Step,
    Ticket,
)
from followup.playbooks.trials.models import Draw, Trial
from followup.tickets import actions, attempts, opening, promises, tags
from nps_project.accounts.models import Role, Team, User
from nps_project.deliveries.models import Delivery
from surveys.contacts.imports.models import ContactImport, ImportedContact
from surveys.contacts.services import save_contact
from surveys.models import (
    Announcement,
    Answer,
    AnswerSource,
    AskDecision,
    Company,
    Contact,
    Decision,
    Invitation,
    Question,
    Response,
    ResponseChange,
    Unsubscription,
)
from surveys.scanners.models import OpenedMail, Opening, Tap
from surveys.services.invitations import create_invitation
from surveys.services.responses import NewAnswer, change_response
from surveys.services.surveys import save_question
from tests.addresses import World, make_world, routes
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user
from tests.hostile import MORE, conversation_rows, one_in
from tests.hostile.shown import words_of
from tests.kept_rows import copy_of, kept_for_module
from tests.nps_project.api.test_scopes import every_path
from tests.surveys.scanners.conftest import opened_and_tapped

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]

SECRET = "Zarathustra"

# Who sees a row: its own `visible_to`, or whoever sees the row that it hangs on, by the name of that field.
OWN = "visible_to"
SEEN_WITH: dict[type[models.Model], str] = {
    **dict.fromkeys((Contact, Invitation, Response, Unsubscription, ImportedContact, AskDecision), OWN),
    **dict.fromkeys((Answer, ResponseChange, Decision, AnswerSource, Tap), "response"),
    **dict.fromkeys((Opening, OpenedMail), "invitation"),
    Ticket: OWN,
    **dict.fromkeys((Step, Promise, Attempt, Activity, Pause, Presence, Draw), "ticket"),
    ActivityText: "activity",
    Reminder: OWN,
    **conversation_rows.SEEN_WITH,
    **dict.fromkeys((DigestItem, Notice), "person"),  # whose mail it becomes; whose bell it rings
}
WITHOUT_WORDS = {AnswerSource, ImportedContact, Invitation, Unsubscription, Attempt, Activity, Pause, Presence}
WITHOUT_WORDS |= {AskDecision, DigestItem, Draw, Notice, Step, Opening, OpenedMail, Tap}
WITHOUT_WORDS |= conversation_rows.WITHOUT_WORDS


def that_lead_to_a_customer() -> set[type[models.Model]]:
    """Models with a foreign key to Contact, or to one that leads there."""
    found: set[type[models.Model]] = {Contact}
    while True:
        more = {
            model for model in apps.get_models(include_auto_created=True) if model not in found
            and any(field.related_model in found for field in model._meta.concrete_fields)
        }  # fmt: skip
        if not more:
            return found
        found |= more


def test_every_model_that_leads_to_a_customer_says_who_sees_it() -> None:
    assert that_lead_to_a_customer() - {Announcement} == set(SEEN_WITH)  # gone once it is decided, and shown nowhere
    for model, whose in SEEN_WITH.items():
        if whose == OWN:
            assert hasattr(model._default_manager, "visible_to"), model
        else:
            target = model._meta.get_field(whose).related_model
            assert target in SEEN_WITH or target is User, model


@dataclass
class Shared:
    """A customer with a ticket in North and one, full of the secret, in South."""

    world: World
    contact: Contact
    mine: Ticket
    secret: Ticket
    happy: Response  # of the same customer in North, without a ticket
    agent: User  # of South


def make_shared() -> Shared:
    world = make_world()
    north, south = Team.objects.get(name="North"), Team.objects.create(name="South")
    sam = make_user("sam", all_teams=False, mail_about_tickets="daily")
    south.members.add(sam)
    survey, contact = make_survey("south", team=south), make_contact(50)
    contact = save_contact(contact, {"company_name": "Shared Ltd"})
    question = save_question(Question(survey=survey, kind="text", texts={"en": "Why?"}))
    answer = make_answer(survey, 4, f"{SECRET} before", contact=contact)
    change_response(
        response_id=answer.pk,
        answer=NewAnswer(score=2, comment=f"{SECRET} now", answers={question.pk: f"{SECRET} why"}),
    )
    secret = opening.open_for_response(answer.pk)
    assert secret is not None
    opened_and_tapped(create_invitation(survey=survey, contact=contact), answer)
    Unsubscription.objects.create(contact=contact, survey=survey)
    run = ContactImport.objects.create(by=sam)
    ImportedContact.objects.create(run=run, contact=contact, line=2, is_made=True, at=timezone.now())
    AskDecision.objects.create(contact=contact, survey=survey, decision="asked")
    Decision.objects.create(
        response=answer, kind="restored", before="discarded", reason=f"{SECRET} reason", at=timezone.now()
    )
    actions.claim(ticket_id=secret.pk, by=sam)
    actions.add_note(ticket_id=secret.pk, by=sam, text=f"{SECRET} note for @ada@example.com")
    step = secret.steps.get(kind="next_contact")
    actions.set_step(ticket_id=secret.pk, step_id=step.pk, by=sam, note=f"{SECRET}: lawsuit pending")
    tags.change_tags(ticket_id=secret.pk, by=sam, add=[SECRET])
    due = timezone.now() + timedelta(days=3)
    promises.make(ticket_id=secret.pk, by=sam, text=f"{SECRET} promise", due_at=due)
    conversation_rows.add(secret, SECRET, by=sam, at=timezone.now())
    attempts.log_attempt(ticket_id=secret.pk, by=sam, result="no_answer", note=f"{SECRET} was out")
    actions.wait(ticket_id=secret.pk, by=sam, until=due, reason=f"{SECRET} wait")
    presence.seen(ticket_id=secret.pk, person=sam, at=timezone.now())
    drawn = {"contact": contact, "arm": "b", "score": 2, "at": timezone.now()}
    Draw.objects.create(trial=Trial.objects.filter(state="drawing")[0], ticket=secret, **drawn)
    secret.refresh_from_db()
    mine = make_ticket(world.survey, 3, "Mine", contact=contact)
    Ticket.objects.filter(pk=mine.pk).update(team=north)
    return Shared(world, contact, mine, secret, make_answer(world.survey, 10, contact=contact), sam)


kept_shared = kept_for_module(make_shared)


@pytest.fixture
def shared(db: None, kept_shared: Shared) -> Shared:
    return copy_of(kept_shared)


def of_south(model: type[models.Model], shared: Shared) -> QuerySet[Any]:
    """Its rows that hang on the secret ticket."""
    paths: dict[type[models.Model], str | None] = {
        Contact: None, Invitation: "contact", Response: "ticket", Answer: "response__ticket",
        ResponseChange: "response__ticket", Decision: "response__ticket", Ticket: "pk",
        ActivityText: "activity__ticket",
        **dict.fromkeys((AnswerSource, Tap), "response__ticket"), **conversation_rows.PATHS,
    }  # fmt: skip
    path = paths.get(model, "ticket")
    rows: QuerySet[Any] = model._default_manager.all()
    if model in (Contact, ImportedContact):
        return rows.filter(**{"pk" if model is Contact else "contact": shared.contact.pk})
    if model in (Opening, OpenedMail):
        return rows.filter(invitation__contact=shared.contact)
    return (
        rows.filter(contact=shared.contact, survey__slug="south")
        if model in (Invitation, Unsubscription, AskDecision)
        else rows.filter(**{str(path): shared.secret.pk})
    )


def strangers(shared: Shared) -> list[User]:
    """People of North, in each role that has teams, and keys of North's survey."""
    north, found = Team.objects.get(name="North"), []
    for role in (Role.VIEWER, Role.AGENT, Role.MANAGER):
        found.append(make_user(f"north-{role}", role, all_teams=False))
        north.members.add(found[-1])
    return found


def keys(shared: Shared) -> list[Program]:
    return [Program(scope, survey=shared.world.survey) for scope in ("read", "write", "admin")]


def test_each_row_of_another_team_is_none_of_a_strangers(shared: Shared) -> None:
    users = strangers(shared) + [program.user for program in keys(shared) if program.user]
    for model, whose in SEEN_WITH.items():
        rows = of_south(model, shared)
        if model not in (Pause, DigestItem, AnswerSource):
            assert rows.exists(), f"the shared customer has no {model.__name__}"
        if model not in {*WITHOUT_WORDS, Contact}:
            assert SECRET.lower() in str(list(rows.values())).lower(), f"nothing of the secret in {model.__name__}"
        if whose == OWN and model is not Contact:
            for user in users:
                assert not model._default_manager.visible_to(user).filter(pk__in=rows).exists(), (model, user)  # type: ignore[attr-defined]
            assert model._default_manager.visible_to(shared.agent).filter(pk__in=rows).count() == rows.count()  # type: ignore[attr-defined]


def known_ids(shared: Shared) -> dict[str, list[int]]:
    """What may stand in an address: one's own rows and the secret ones."""
    return {
        "ticket_id": [shared.mine.pk, shared.secret.pk],
        "response_id": [shared.happy.pk, shared.mine.response_id, shared.secret.response_id],
        "contact_id": [shared.contact.pk],
        "company_id": [company.pk for company in Company.objects.all()],
        "run_id": [run.pk for run in ContactImport.objects.all()],
    }


def pages(shared: Shared, user: User) -> Iterator[str]:
    """The addresses of desk and contacts with each of these, and its lists with what could find the secret.

    A manager, who is let into every list, tries all of it; the others a third of the lists, and all by `make hostile`.
    """
    finding = (f"q={SECRET}", f"tag={SECRET}", "view=waiting", "view=promised", "sort=newest", "survey=south")
    for route in routes():
        if not route.startswith(("desk/", "contacts/")) or "outbox" in route or "<slug:action>" in route:
            continue
        for name, ids in known_ids(shared).items():
            if f"<int:{name}>" in route:
                yield from (f"/{route.replace(f'<int:{name}>', str(pk))}" for pk in ids)
        if "<" not in route and (user.role == Role.MANAGER or one_in(3, user.role, route)):
            yield f"/{route}"
            for query in finding if MORE > 1 or user.role == Role.MANAGER else finding[:1]:
                yield f"/{route}?{query}"


def test_no_page_shows_a_stranger_what_another_team_wrote_of_a_shared_customer(shared: Shared) -> None:
    faults = []
    hidden = (f"/desk/tickets/{shared.secret.pk}/", f"/desk/answers/{shared.secret.response_id}/")
    for user in strangers(shared):
        client = client_of(user)
        for address in pages(shared, user):
            answer = client.get(address)
            text = words_of(answer.getvalue())
            # A page repeats what was typed into its filters; the secret's own words go on after the name, or are a tag.
            asked = address.split("?")[-1].split("=")[-1] if "?" in address else ""
            echoed = rf'value="{asked}"|{asked}=?(?=[&"])|(?s:<a class="mark".*?</a>)'
            found = re.sub(echoed, "", text) if asked else text
            if re.search(rf"{SECRET} |{SECRET}:|{SECRET.lower()}</span>", found):
                faults.append(f"{user} {address}")
            if address.startswith(hidden) and answer.status_code not in (404, 403, 405):
                faults.append(f"{user} {address}: {answer.status_code}")
    assert not faults, "\n".join(faults)


def test_no_answer_of_the_api_shows_it_to_a_key_of_another_survey(shared: Shared) -> None:
    ids = {
        "tickets": [shared.mine.pk, shared.secret.pk],
        "responses": [shared.mine.response_id, shared.secret.response_id, shared.happy.pk],
        "contacts": [shared.contact.pk],
        "invitations": list(Invitation.objects.values_list("pk", flat=True)),
    }
    faults = []
    for scope, program in zip(("read", "write", "admin"), keys(shared), strict=True):
        asks_all = MORE > 1 or scope == "admin"  # who may do most; `make hostile` asks all with each
        for path in every_path():
            resource = path.split("/")[0]
            if not asks_all and not one_in(2, scope, path):
                continue
            queries = ["", "?expand=response", "?expand=contact"] if resource in ids else [""]
            if "{" not in path:
                queries += [f"?contact={shared.contact.pk}", f"?q={SECRET}", "?survey=south"]
            if not asks_all:
                queries = queries[-2:]
            for pk in ids.get(resource, [1]):
                for query in queries:
                    answer = program.call("GET", path.replace("{id}", str(pk)).replace("{slug}", "south") + query)
                    text = answer.content.decode()
                    told = answer.status_code == 200 and SECRET.lower() in text.lower()
                    if told or (answer.status_code == 200 and '"survey":"south"' in text):
                        faults.append(f"{path} {pk} {query}")
    assert not faults, "\n".join(faults)


def test_no_stranger_ticks_off_what_another_team_is_to_raise(shared: Shared) -> None:
    """Neither on a ticket, nor with a call, nor on an answer, nor by a key."""
    (reminder,) = Reminder.objects.all()
    mine, count = shared.mine, shared.secret.history_count
    for user in strangers(shared):
        client = client_of(user)
        given = {"reminder": reminder.pk}
        wanted = 403 if user.role == Role.VIEWER else 422
        assert client.post(f"/desk/tickets/{mine.pk}/raised/", given).status_code == wanted
        for answer in (mine.response_id, shared.happy.pk):
            assert client.post(f"/desk/answers/{answer}/raised/", given).status_code == wanted
        client.post(f"/desk/tickets/{mine.pk}/attempts/", {"result": "no_answer", "raised": [reminder.pk]})
    for program in keys(shared):
        assert program.get(f"tickets/{mine.pk}/reminders/")["results"] == []
        raised = program.call("POST", f"tickets/{mine.pk}/raise-reminder/", {"reminder": reminder.pk})
        assert raised.status_code in (403, 422)
    reminder.refresh_from_db()
    shared.secret.refresh_from_db()
    assert (reminder.raised_at, shared.secret.history_count) == (None, count)


def test_no_stranger_acts_on_rows_of_another_team_by_their_numbers(shared: Shared) -> None:
    """Steps and promises of the secret ticket, named on one's own."""
    before = {
        model: list(of_south(model, shared).order_by("pk").values()) for model in SEEN_WITH if model is not Contact
    }
    promise, step = Promise.objects.get(ticket=shared.secret), shared.secret.steps.order_by("pk")[0]
    later = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    for user in strangers(shared)[1:]:
        client = client_of(user)
        for ticket in (shared.mine, shared.secret):
            for action, form in (
                ("steps", {"step": step.pk, "done": "yes"}), ("promise-kept", {"promise": promise.pk}),
                ("promise-moved", {"promise": promise.pk, "due_at": later, "reason": "x", "agreed": "on"}),
                ("promise-waived", {"promise": promise.pk, "reason": "x"}),
            ):  # fmt: skip
                assert client.post(f"/desk/tickets/{ticket.pk}/{action}/", form).status_code in (404, 422), action
        client.post("/desk/bulk/", {"do": "tag", "tags": "x", "tickets": [shared.secret.pk]})
    for program in keys(shared):
        for ticket in (shared.mine, shared.secret):
            for action, body in (
                ("steps", {"step": step.pk}), ("keep-promise", {"promise": promise.pk}),
                ("waive-promise", {"promise": promise.pk, "reason": "x"}),
            ):  # fmt: skip
                assert program.call("POST", f"tickets/{ticket.pk}/{action}/", body).status_code in (403, 404, 422)
    after = {model: list(of_south(model, shared).order_by("pk").values()) for model in before}
    assert after == before


def test_its_own_team_and_those_who_see_all_raise_it_with_the_customer(shared: Shared) -> None:
    """On an answer whose ticket is of strangers the entry stands where the reminder was set, and theirs stays alone."""
    (reminder,) = Reminder.objects.all()
    assert SECRET in client_of(make_user("mia", "manager")).get(f"/desk/tickets/{shared.mine.pk}/").content.decode()
    north, south = Team.objects.get(name="North"), Team.objects.get(name="South")
    both = make_answer(make_survey("both", team=south), 2, contact=shared.contact)
    theirs = opening.open_for_response(both.pk)
    assert theirs is not None
    Ticket.objects.filter(pk=theirs.pk).update(team=north)
    page = f"/desk/answers/{both.pk}/"
    assert SECRET in client_of(shared.agent).get(page).content.decode()
    assert client_of(shared.agent).post(f"{page}raised/", {"reminder": reminder.pk}).status_code == 303
    reminder.refresh_from_db()
    assert (reminder.raised_by, reminder.raised_on) == (shared.agent, shared.secret)
    last = shared.secret.activities.latest("number")
    assert (last.kind, last.data["answer"]) == (ActivityKind.REMINDER_RAISED, both.pk)
    theirs.refresh_from_db()
    assert not theirs.activities.filter(kind=ActivityKind.REMINDER_RAISED).exists()
    assert not list(chain.verify())


def test_managers_of_other_teams_are_not_mailed_what_they_may_not_see(shared: Shared) -> None:
    Ticket.objects.filter(pk=shared.secret.pk).update(owner=None, status="open", waiting_until=None)
    north = strangers(shared)[-1]
    seen = [make_user("mia", "manager"), make_user("maja", "manager", all_teams=False)]
    Team.objects.get(name="South").members.add(seen[1])
    ticket = Ticket.objects.get(pk=shared.secret.pk)
    Delivery.objects.all().delete()
    escalation.move_clocks(ticket.deadline + timedelta(hours=30))
    told = set(Delivery.objects.filter(about=f"ticket:{ticket.pk}").values_list("to_address", flat=True))
    assert told == {person.email for person in seen}
    assert north.email not in told

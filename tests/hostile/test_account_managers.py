"""Who writes their own address on a customer as the account manager learns nothing that other teams are told."""

from typing import Any

import pytest
from django.utils import timezone

from followup.models import Absence, RouteTo, RoutingRule, Ticket
from followup.notify import account_managers, recipients
from followup.playbooks import services as playbooks
from followup.playbooks.services import draft_of
from followup.playbooks.trying.dry_run import Whose, dry_run
from followup.tickets import opening
from nps_project.accounts.models import Team, User
from nps_project.deliveries.models import Delivery
from surveys.models import Contact, Response, Survey
from surveys.services.responses import NewAnswer, change_response
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db

WORDS = "They told Beta alone"


@pytest.fixture
def alpha() -> Team:
    return Team.objects.create(name="Alpha")


@pytest.fixture
def beta() -> Team:
    return Team.objects.create(name="Beta")


@pytest.fixture
def survey(beta: Team) -> Survey:
    """Beta's, with an account manager's mail in its plays."""
    return make_survey("beta", team=beta)


@pytest.fixture
def ann(alpha: Team) -> User:
    """An agent of Alpha alone."""
    return _of(alpha, "ann")


@pytest.fixture
def shared(ann: User, alpha: Team, survey: Survey) -> Contact:
    """A customer whom both teams know, and on whom Ann wrote herself as the account manager."""
    contact = make_contact(1)
    make_answer(make_survey("alpha", team=alpha), 9, contact=contact)
    make_answer(survey, 9, contact=contact)
    typed = {"name": contact.name, "email": contact.email, "account_manager": ann.email}
    assert client_of(ann).post(f"/contacts/{contact.pk}/edit/", typed).status_code == 302
    contact.refresh_from_db()
    assert contact.account_manager == ann.email
    return contact


def _of(team: Team, name: str, **fields: Any) -> User:
    made = make_user(name, **{"all_teams": False} | fields)
    made.teams.add(team)
    return made


def sees(user: User, ticket: Ticket) -> bool:
    """Whether they read the words on the desk, or in a mail."""
    desk = client_of(user).get("/desk/?view=mine").content.decode()
    page = client_of(user).get(f"/desk/tickets/{ticket.pk}/")
    mails = Delivery.objects.filter(to_address=user.email)
    return WORDS in desk or page.status_code != 404 or mails.exists()


@pytest.mark.parametrize("rule", [None, RouteTo.ACCOUNT_MANAGER])
@pytest.mark.parametrize("domain", ["", "example.com"])
def test_who_may_not_see_the_survey_is_no_account_manager_of_its_answers(
    rule: RouteTo | None, domain: str, survey: Survey, ann: User, shared: Contact
) -> None:
    account_managers.set_domains([domain])
    bob = make_user("bob")
    if rule is not None:
        RoutingRule.objects.create(name="Theirs", to=rule, position=1)
        RoutingRule.objects.create(name="Else Bob", to=RouteTo.PERSON, person=bob, position=2)
    ticket = make_ticket(survey, 1, WORDS, contact=shared)
    assert ticket.owner == (bob if rule else None), "as for a customer without an account manager"
    assert not ticket.steps.filter(kind="account_manager").exists()
    assert not Delivery.objects.filter(about__startswith="ticket-told").exists()
    assert not sees(ann, ticket)


def test_nor_when_the_answer_gets_worse(survey: Survey, ann: User, shared: Contact) -> None:
    answer = make_answer(survey, 6, contact=shared)
    assert opening.open_for_response(answer.pk) is not None
    change_response(response_id=answer.pk, answer=NewAnswer(1, WORDS))
    ticket = opening.open_for_response(answer.pk)
    assert ticket is not None
    assert ticket.score == 1
    assert not sees(ann, ticket)


@pytest.mark.parametrize("rule", [None, RouteTo.ACCOUNT_MANAGER])
@pytest.mark.parametrize("who", ["of the team", "of two teams", "of all teams", "an admin"])
def test_who_may_see_it_still_is(
    rule: RouteTo | None, who: str, survey: Survey, alpha: Team, beta: Team, shared: Contact
) -> None:
    manager = {
        "of the team": lambda: _of(beta, "bea"),
        "of two teams": lambda: _of(beta, "bea"),
        "of all teams": lambda: make_user("bea"),
        "an admin": lambda: make_user("bea", "admin", all_teams=False),
    }[who]()
    if who == "of two teams":
        manager.teams.add(alpha)
    Contact.objects.filter(pk=shared.pk).update(account_manager=manager.email)
    if rule is not None:
        RoutingRule.objects.create(name="Theirs", to=rule)
    ticket = make_ticket(survey, 1, WORDS, contact=shared)
    assert ticket.owner == manager
    assert Delivery.objects.get(about=f"ticket-told:{ticket.pk}").to_address == manager.email


def test_one_query_tells_who_it_is_of_any_number_of_answers(
    survey: Survey, shared: Contact, django_assert_num_queries: Any
) -> None:
    make_answer(survey, 1, contact=shared)
    bea = make_user("bea")
    for number in range(2, 5):
        make_answer(survey, 1, contact=make_contact(number, account_manager=bea.email))
    answers = list(Response.objects.select_related("survey", "contact").filter(score=1).order_by("pk"))
    with django_assert_num_queries(1):
        found = recipients.account_managers_of(answers)
    assert [found[row.pk].user for row in answers[1:]] == [bea] * 3
    assert answers[0].pk not in found
    with django_assert_num_queries(1):
        assert recipients.account_manager_of(answers[0]) == recipients.NO_ACCOUNT_MANAGER


@pytest.mark.parametrize("role", ["admin", "manager", "agent", "viewer"])
@pytest.mark.parametrize("all_teams", [True, False])
def test_of_one_survey_the_same_is_said_as_of_all(role: str, all_teams: bool, alpha: Team, beta: Team) -> None:
    person = _of(alpha, "ann", role=role, all_teams=all_teams)
    for slug, team in (("a", alpha), ("b", beta), ("none", None)):
        survey = make_survey(slug, team=team)
        seen = Survey.objects.visible_to(person).filter(pk=survey.pk).exists()
        assert person.sees_team(survey.team_id, {alpha.pk}) is seen


def test_what_is_tried_goes_where_it_would_go(survey: Survey, ann: User, shared: Contact) -> None:
    make_ticket(survey, 1, WORDS, contact=shared)
    book = playbooks.playbook_of(survey.pk)
    draft = draft_of(playbooks.plays_for(survey.pk)[1])
    assert survey.team is not None
    tried = dry_run(playbook=book, score=1, draft=draft, at=Ticket.objects.get().opened_at)
    assert tried.whose == (Whose(survey.team.name, 1),)
    form = {
        "name": "Theirs", "is_active": "on", "to": "account_manager", "try": "1",
        "traits-TOTAL_FORMS": "0", "traits-INITIAL_FORMS": "0",
    }  # fmt: skip
    page: Any = client_of(make_user("ada", "admin")).post("/setup/routing/new/", form)
    assert page.context["tried"]["taken"] == 0


def test_nobody_stands_in_for_people_of_another_team_by_their_own_word() -> None:
    """A stand-in gets the tickets of the colleague who is away."""
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    mo = make_user("mo", "manager", all_teams=False)
    own, both, others, everywhere = (
        make_user(name, "agent", all_teams=name == "eve") for name in ("own", "both", "others", "eve")
    )
    north.members.set([mo, own, both])
    south.members.set([both, others])
    client, today = client_of(mo), timezone.localdate()
    days = {"first_day": today.isoformat(), "last_day": today.isoformat(), "stand_in": mo.pk}

    for person in (both, others, everywhere, make_user("ada", "admin", all_teams=False)):
        assert client.post("/setup/me/absences/", days | {"person": person.pk}).status_code == 422, person
    theirs = Absence.objects.create(person=others, first_day=today, last_day=today)
    assert client.post(f"/setup/me/absences/{theirs.pk}/delete/").status_code == 404
    assert "others" not in client.get("/setup/me/absences/").content.decode().partition("<table")[2]
    assert client.post("/setup/me/absences/", days | {"person": own.pk}).status_code == 302
    assert client.post("/setup/me/absences/", days | {"person": mo.pk, "stand_in": own.pk}).status_code == 302
    boss = client_of(make_user("boss", "manager"))
    assert boss.post("/setup/me/absences/", days | {"person": both.pk}).status_code == 302

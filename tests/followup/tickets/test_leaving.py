"""Who is switched off: where their open tickets go, and that nobody overlooks them until then."""

import re

import pytest
from django.utils import timezone

from followup.escalation import services as escalation
from followup.history import chain
from followup.models import Activity, ActivityKind, RoutingRule, Ticket
from followup.tickets import actions, leaving
from nps_project.accounts.models import Team, User
from nps_project.deliveries.models import Delivery
from surveys.models import Survey
from tests.factories import client_of, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey() -> Survey:
    return make_survey()


@pytest.fixture
def gone() -> User:
    return make_user("gone")


@pytest.fixture
def admin() -> User:
    return make_user("admin", "admin")


def owned(survey: Survey, owner: User) -> Ticket:
    ticket = make_ticket(survey, 3, contact=make_contact(Ticket.objects.count()))
    actions.claim(ticket_id=ticket.pk, by=owner)
    return ticket


def switch_off(person: User) -> None:
    """As the admin's page, a command or the shell: the row alone decides."""
    User.objects.filter(pk=person.pk).update(is_active=False)
    person.refresh_from_db()


def form_of(person: User, **changes: object) -> dict[str, object]:
    fields = {"email": person.email, "name": person.name, "role": person.role, "all_teams": "on", "language": "en"}
    return fields | changes


def test_until_they_are_handed_over_they_are_nobodys(survey: Survey, gone: User) -> None:
    ticket, bea = owned(survey, gone), make_user("bea")
    link = f'href="/desk/tickets/{ticket.pk}/"'
    assert link not in client_of(bea).get("/desk/?view=nobody").content.decode()
    switch_off(gone)
    for query in ("view=nobody", "owner=none", f"owner={gone.pk}"):
        page = client_of(bea).get(f"/desk/?{query}").content.decode()
        assert link in page, query
        assert "(has left)" in page
    assert 'id="next-label">Next call' in client_of(bea).get("/desk/").content.decode()
    page = client_of(bea).post(f"/desk/tickets/{ticket.pk}/claim/", follow=True).content.decode()
    assert "The ticket is yours." in page
    assert "gone (has left)" not in client_of(bea).get("/desk/").content.decode(), "nothing is left to filter by"


def test_no_mail_goes_to_who_left(survey: Survey, gone: User) -> None:
    lead = make_user("lead")
    Survey.objects.filter(pk=survey.pk).update(team=Team.objects.create(name="North", lead=lead))
    ticket = owned(Survey.objects.get(), gone)
    switch_off(gone)
    escalation.warn(ticket.pk, Ticket.objects.get().warn_at)
    assert {mail.to_address for mail in Delivery.objects.all()} == {lead.email}


def test_no_ticket_and_no_mail_goes_to_an_account_manager_who_left(survey: Survey, gone: User) -> None:
    RoutingRule.objects.create(name="account manager", to="account_manager")
    switch_off(gone)
    ticket = make_ticket(survey, 0, contact=make_contact(1, account_manager=gone.email))
    assert ticket.owner is None
    assert not Delivery.objects.filter(to_address=gone.email).exists()
    assert not ticket.steps.filter(kind="account_manager").exists()


def test_switching_off_asks_where_the_open_tickets_go(survey: Survey, gone: User, admin: User) -> None:
    bea, client = make_user("bea"), client_of(admin)
    tickets = [owned(survey, gone) for _number in range(3)]
    asked = client.post(f"/setup/people/{gone.pk}/", form_of(gone), follow=True)
    assert asked.redirect_chain[-1][0] == f"/setup/people/{gone.pk}/work/"
    assert "gone has 3 open tickets. Where do they go?" in asked.content.decode()
    assert "3 open tickets: hand them over" in client.get("/setup/people/").content.decode()
    both = {"owner": bea.pk, "team": Team.objects.create(name="North").pk}
    assert client.post(f"/setup/people/{gone.pk}/work/", both).status_code == 422
    done = client.post(f"/setup/people/{gone.pk}/work/", {"owner": bea.pk}, follow=True)
    assert "3 tickets are handed over." in done.content.decode()
    assert done.redirect_chain[-1][0] == "/setup/people/"
    for ticket in tickets:
        ticket.refresh_from_db()
        assert ticket.owner == bea
    assert not list(chain.verify([ticket.pk for ticket in tickets]))
    entries = Activity.objects.filter(kind=ActivityKind.ASSIGNED)
    assert {entry.actor for entry in entries} == {admin}
    assert entries.count() == 3


def test_a_person_without_tickets_is_simply_switched_off(gone: User, admin: User) -> None:
    answer = client_of(admin).post(f"/setup/people/{gone.pk}/", form_of(gone))
    assert answer["Location"] == "/setup/people/"
    gone.refresh_from_db()
    assert not gone.is_active


@pytest.mark.parametrize("to_team", [True, False])
def test_they_can_go_to_a_team_or_to_nobody(survey: Survey, gone: User, admin: User, to_team: bool) -> None:
    ticket, team = owned(survey, gone), Team.objects.create(name="North")
    client_of(admin).post(f"/setup/people/{gone.pk}/work/", {"team": team.pk} if to_team else {})
    ticket.refresh_from_db()
    assert (ticket.owner, ticket.team) == (None, team if to_team else None)


def test_many_go_in_batches_and_resolved_ones_stay(
    survey: Survey, gone: User, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "BATCH", 2)
    monkeypatch.setattr(leaving, "AT_ONCE", 4)
    tickets = [owned(survey, gone) for _number in range(6)]
    Ticket.objects.filter(pk=tickets[0].pk).update(status="resolved", resolved_at=timezone.now(), outcome="lost")
    page = client_of(admin).post(f"/setup/people/{gone.pk}/work/", {}, follow=True).content.decode()
    assert re.search(r"gone has 1 open ticket\. Where does it go\?", page), "it asks again while there are more"
    client_of(admin).post(f"/setup/people/{gone.pk}/work/", {})
    assert list(Ticket.objects.filter(owner=gone)) == [tickets[0]]


def test_only_admins_hand_over_the_work_of_others(survey: Survey, gone: User) -> None:
    ticket = owned(survey, gone)
    for role in ("manager", "agent", "viewer"):
        assert client_of(make_user(role, role)).post(f"/setup/people/{gone.pk}/work/", {}).status_code == 403
    ticket.refresh_from_db()
    assert ticket.owner == gone

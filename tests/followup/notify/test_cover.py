"""Who answers for those who are away: whoever is there at the end of the way; with nobody there, lead or managers."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followup.escalation import services as escalation
from followup.models import Absence, DigestItem, RoutingRule, Ticket
from followup.notify import digests
from followup.notify.cover import Cover
from followup.tickets import actions
from nps_project.accounts.models import Team, User
from nps_project.deliveries.models import Delivery
from tests.factories import client_of, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def people() -> list[User]:
    return [make_user(name) for name in ("ann", "bob", "cee", "dan")]


def away(person: User, stand_in: User | None = None) -> None:
    today = timezone.localdate()
    Absence.objects.create(person=person, first_day=today - DAY, last_day=today + 9 * DAY, stand_in=stand_in)


def owned_by(owner: User, team: Team | None = None) -> Ticket:
    ticket = make_ticket(make_survey(team=team), 3, contact=make_contact(1))
    actions.claim(ticket_id=ticket.pk, by=owner)
    return ticket


def warned(ticket: Ticket) -> set[str]:
    """Names of who is told that its deadline is near."""
    ticket.refresh_from_db()
    escalation.warn(ticket.pk, ticket.warn_at)
    return {address.split("@")[0] for address in Delivery.objects.values_list("to_address", flat=True)}


def test_it_goes_to_the_first_on_the_way_who_is_there(people: list[User]) -> None:
    ann, bob, cee, dan = people
    away(ann, bob)
    away(bob, cee)
    away(cee, dan)
    ticket = owned_by(ann)
    assert warned(ticket) == {"dan"}
    cover = Cover(timezone.now())
    assert (cover.active_recipient(ann), set(cover.covered_by(dan)), cover.covered_by(bob)) == (
        dan,
        {ann.pk, bob.pk, cee.pk},
        [],
    )
    link = f'href="/desk/tickets/{ticket.pk}/"'
    assert link in client_of(dan).get("/desk/?view=mine").content.decode()
    assert link not in client_of(bob).get("/desk/?view=mine").content.decode()


def test_it_is_one_query_for_any_number_of_people(people: list[User]) -> None:
    for person, stand_in in zip(people, people[1:], strict=False):
        away(person, stand_in)
    with CaptureQueriesContext(connection) as queries:
        cover = Cover(timezone.now())
        assert {cover.active_recipient(person) for person in people} == {people[-1]}
    assert len(queries) == 1


def test_a_ring_or_nobody_is_the_lead_and_without_one_the_managers(people: list[User]) -> None:
    ann, bob, cee, _dan = people
    boss = make_user("boss", "manager")
    away(ann, bob)
    away(bob, ann)
    north = Team.objects.create(name="North", lead=cee)
    ticket = owned_by(ann, north)
    assert Cover(timezone.now()).active_recipient(ann) is None
    assert warned(ticket) == {"cee"}
    Delivery.objects.all().delete()
    away(cee)
    Ticket.objects.filter(pk=ticket.pk).update(stage=2)
    assert warned(ticket) == {"boss"}, "the lead is away, and nobody stands in"
    Delivery.objects.all().delete()
    away(boss)
    Ticket.objects.filter(pk=ticket.pk).update(stage=2)
    assert warned(ticket) == {"boss"}, "somebody is always told"


def test_who_stands_in_for_several_is_told_once(people: list[User]) -> None:
    for name in ("mia", "max"):
        away(make_user(name, "manager"), people[3])
    ticket = make_ticket(make_survey(), 3, contact=make_contact(1))
    assert warned(ticket) == {"dan"}
    assert Delivery.objects.count() == 1


def test_a_note_calls_whoever_answers_for_a_colleague(people: list[User]) -> None:
    ann, bob, cee, dan = people
    away(ann, bob)
    away(bob, cee)
    ticket = owned_by(dan)
    actions.add_note(ticket_id=ticket.pk, by=dan, text="@ann what do you think?")
    assert Delivery.objects.get(template="ticket_mention").to_address == "cee@example.com"


def test_the_daily_mail_of_who_is_away_by_now_goes_to_who_stands_in(people: list[User]) -> None:
    ann, bob, _cee, dan = people
    User.objects.filter(pk=ann.pk).update(mail_about_tickets="daily")
    ticket = owned_by(ann)
    actions.add_note(ticket_id=ticket.pk, by=dan, text="@ann please call")
    assert DigestItem.objects.get().person == ann
    away(ann, bob)
    assert digests.send_due((timezone.now() + DAY).replace(hour=12)) == 1  # after the morning
    assert Delivery.objects.get(template="ticket_digest").to_address == "bob@example.com"


@pytest.mark.parametrize("by_rule", [True, False])
def test_a_new_ticket_goes_to_who_is_there(people: list[User], by_rule: bool) -> None:
    ann, bob, cee, _dan = people
    away(ann, bob)
    away(bob, cee)
    if by_rule:
        RoutingRule.objects.create(name="ann", to="person", person=ann)
        manager = ""
    else:
        manager = ann.email
    assert make_ticket(make_survey(), 3, contact=make_contact(1, account_manager=manager)).owner == cee
    Absence.objects.filter(person=bob).update(stand_in=ann)
    ticket = make_ticket(make_survey("winter"), 3, contact=make_contact(2, account_manager=manager))
    assert ticket.owner is None, "a ring: it is nobody's, and the lead hears of it"


def test_in_a_team_the_turn_passes_to_who_is_there_at_the_end(people: list[User]) -> None:
    ann, bob, cee, dan = people
    team = Team.objects.create(name="North")
    team.members.set([ann, bob, cee])
    RoutingRule.objects.create(name="north", to="team", team=team)
    away(ann, bob)
    away(bob, cee)
    assert make_ticket(make_survey(), 3, contact=make_contact(1)).owner == cee
    Absence.objects.filter(person=bob).update(stand_in=dan)
    away(cee)
    assert make_ticket(make_survey("winter"), 3, contact=make_contact(2)).owner is None, "dan is not of the team"


def test_the_mail_to_an_account_manager_who_is_away_goes_to_who_stands_in(people: list[User]) -> None:
    ann, bob, cee, _dan = people
    away(ann, bob)
    away(bob, cee)
    make_ticket(make_survey(), 0, contact=make_contact(1, account_manager=ann.email))
    assert set(Delivery.objects.filter(template="ticket_told").values_list("to_address", flat=True)) <= {cee.email}


def test_days_are_those_of_each_person(people: list[User]) -> None:
    ann, bob, *_rest = people
    User.objects.filter(pk=ann.pk).update(time_zone="Pacific/Auckland")
    ann.refresh_from_db()
    Absence.objects.create(person=ann, first_day=date(2026, 11, 25), last_day=date(2026, 11, 25), stand_in=bob)
    begins = datetime.fromisoformat("2026-11-24T11:00:00+00:00")
    assert [Cover(at).active_recipient(ann) for at in (begins - timedelta(seconds=1), begins)] == [ann, bob]

"""Who gets a ticket: rules in their order, turns in a team, limits, absences, and what a try shows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from followup.causes import services as causes
from followup.history import chain
from followup.models import Absence, ActivityKind, RootCause, RoutingRule, Ticket, WorkShare
from followup.notify.cover import Cover
from followup.routing import assignment
from followup.tickets import actions, attempts, opening, promises
from nps_project.accounts.models import Team, User
from nps_project.deliveries.models import Delivery
from surveys.contacts.trait_labels.labels import save_labels
from surveys.models import Survey
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def make_team() -> Team:
    """Of Ann, Bob and Cee."""
    made = Team.objects.create(name="North")
    made.members.set([make_user(name) for name in ("ann", "bob", "cee")])
    return made


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def survey() -> Survey:
    return make_survey()


def rule(to: str = "team", **fields: Any) -> RoutingRule:
    surveys = fields.pop("surveys", ())
    made = RoutingRule.objects.create(**{"name": "rule", "to": to} | fields)
    made.surveys.set(surveys)
    return made


def owners() -> list[str]:
    rows = Ticket.objects.order_by("pk").select_related("owner")
    return [str(ticket.owner) if ticket.owner else "" for ticket in rows]


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ({}, True),
        ({"scores": [2, 3]}, True),
        ({"scores": [3]}, False),
        ({"languages": ["da"]}, True),
        ({"languages": ["nl"]}, False),
        ({"traits": {"plan": ["gold", "silver"]}}, True),
        ({"traits": {"plan": ["basic"]}}, False),  # what they say now goes before what was known of him
        ({"traits": {"plan": ["gold"], "region": ["south"]}}, False),
        ({"traits": {"shop": ["12"]}}, True),
        ({"value_from": 1000}, True),
        ({"value_from": 1001}, False),
        ({"value_to": 1000}, True),
        ({"value_to": 999}, False),
        ({"is_active": False}, False),
    ],
)
def test_every_condition_must_hold(survey: Survey, condition: dict[str, Any], wanted: bool) -> None:
    bea = make_user("bea")
    rule("person", person=bea, **condition)
    contact = make_contact(1, traits={"plan": "basic", "region": "north"}, value=1000)
    make_ticket(survey, 2, contact=contact, language="da", traits={"plan": "gold", "shop": 12})
    assert owners() == [str(bea) if wanted else ""]


def test_the_first_rule_that_fits_decides(survey: Survey, team: Team) -> None:
    bea, other = make_user("bea"), make_survey("other")
    rule("person", person=bea, position=2)
    rule("team", team=team, position=1, surveys=[other])
    assert make_ticket(survey, 2, contact=make_contact(1)).owner == bea
    assert str(make_ticket(other, 2, contact=make_contact(2)).owner) == "ann"
    assert Ticket.objects.latest("pk").team == team


def test_the_account_manager_when_they_work_here(survey: Survey) -> None:
    bea, dan = make_user("bea"), make_user("dan")
    rule("account_manager", position=1)
    rule("person", person=dan, position=2)
    assert make_ticket(survey, 2, contact=make_contact(1, account_manager="BEA@example.com")).owner == bea
    assert make_ticket(survey, 2, contact=make_contact(2, account_manager="x@elsewhere.example")).owner == dan
    assert make_ticket(survey, 2, contact=make_contact(3)).owner == dan


def test_a_team_takes_turns_and_the_new_owner_is_told(survey: Survey, team: Team) -> None:
    rule(team=team)
    for number in range(7):
        make_ticket(survey, 2, contact=make_contact(number))
    assert owners() == ["ann", "bob", "cee", "ann", "bob", "cee", "ann"]
    assert Delivery.objects.filter(template="ticket_given", to_address="ann@example.com").count() == 3
    entry = Ticket.objects.order_by("pk")[0].activities.get(kind=ActivityKind.ROUTED)
    assert entry.data["team"] == team.pk
    assert list(chain.verify()) == []


def test_who_is_full_is_passed_over_and_the_ticket_waits_in_sight(survey: Survey, team: Team) -> None:
    rule(team=team)
    assignment.set_limits(team=team, limits={person.pk: 1 for person in team.members.all()})
    for number in range(5):
        make_ticket(survey, 2, contact=make_contact(number))
    assert owners() == ["ann", "bob", "cee", "", ""]
    waiting = Ticket.objects.order_by("pk")[3]
    assert waiting.team == team
    assert waiting.first_contact_due_at is not None
    assert waiting.activities.get(kind=ActivityKind.ROUTED).data["reason"] == "nobody_free"
    assert assignment.assign_waiting() == 0
    causes.ensure_defaults()
    first, ann = Ticket.objects.order_by("pk")[0], User.objects.get(email="ann@example.com")
    attempts.log_attempt(ticket_id=first.pk, by=ann, result="reached")
    actions.resolve(ticket_id=first.pk, by=ann, outcome="kept", root_cause=RootCause.objects.filter(is_active=True)[0])
    assert assignment.assign_waiting() == 1
    assert assignment.assign_waiting() == 0
    assert owners() == ["ann", "bob", "cee", "ann", ""]
    assert list(chain.verify()) == []


def test_what_a_person_gave_to_the_team_stays_there(survey: Survey, team: Team) -> None:
    rule(team=team)
    ticket = make_ticket(survey, 2, contact=make_contact(1))
    actions.assign(ticket_id=ticket.pk, by=make_user("boss", "manager"), team=team)
    assert assignment.assign_waiting() == 0
    assert owners() == [""]


def test_who_is_away_is_passed_over_for_the_stand_in(survey: Survey, team: Team) -> None:
    rule(team=team)
    ann, bob, cee = team.members.order_by("pk")
    today = timezone.localdate()
    Absence.objects.create(person=ann, first_day=today, last_day=today, stand_in=cee)
    Absence.objects.create(person=bob, first_day=today, last_day=today + DAY)
    for number in range(3):
        make_ticket(survey, 2, contact=make_contact(number))
    assert owners() == ["cee", "cee", "cee"]


def test_away_is_counted_in_the_days_of_the_person() -> None:
    kiwi = make_user("kiwi", time_zone="Pacific/Auckland")
    Absence.objects.create(person=kiwi, first_day=date(2026, 11, 25), last_day=date(2026, 11, 25))
    begins = datetime(2026, 11, 24, 11, tzinfo=UTC)  # midnight there
    for at, is_away in [(begins - timedelta(seconds=1), False), (begins, True), (begins + DAY, False)]:
        assert (Cover(at).active_recipient(kiwi) is None) == is_away, at


def test_the_stand_in_sees_the_tickets_of_who_is_away(survey: Survey) -> None:
    ann, bob = make_user("ann"), make_user("bob")
    ticket = make_ticket(survey, 2, contact=make_contact(1))
    actions.claim(ticket_id=ticket.pk, by=ann)
    link = f'href="/desk/tickets/{ticket.pk}/"'
    assert link not in client_of(bob).get("/desk/?view=mine").content.decode()
    Absence.objects.create(person=ann, first_day=timezone.localdate(), last_day=timezone.localdate(), stand_in=bob)
    assert link in client_of(bob).get("/desk/?view=mine").content.decode()


@pytest.mark.django_db(transaction=True)
def test_four_at_once_stay_fair_and_within_the_limits() -> None:
    survey, team = make_survey(), make_team()
    rule(team=team)
    assignment.set_limits(team=team, limits={person.pk: 4 for person in team.members.all()})
    answers = [make_answer(survey, 2, contact=make_contact(number)).pk for number in range(16)]

    def open_one(pk: int) -> None:
        try:
            opening.open_for_response(pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(open_one, answers))
    assert [owners().count(name) for name in ("ann", "bob", "cee", "")] == [4, 4, 4, 4]
    assert list(chain.verify()) == []


@pytest.mark.django_db(transaction=True)
def test_a_limit_is_one_over_all_teams_also_when_two_give_out_at_once() -> None:
    ann = make_user("ann")
    teams = [Team.objects.create(name=name) for name in ("north", "south")]
    for team in teams:
        team.members.add(ann)
        rule(team=team, name=team.name, surveys=[make_survey(team.name, team=team)])
        assignment.set_limits(team=team, limits={ann.pk: 3})
    surveys = list(Survey.objects.order_by("slug"))
    answers = [make_answer(surveys[number % 2], 2, contact=make_contact(number)).pk for number in range(12)]

    def open_one(pk: int) -> None:
        try:
            opening.open_for_response(pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(open_one, answers))
    assert owners().count("ann") == 3


def test_a_ticket_that_was_claimed_meanwhile_takes_nobodys_turn(survey: Survey, team: Team) -> None:
    rule(team=team)
    assignment.set_limits(team=team, limits={person.pk: 1 for person in team.members.all()})
    made = [make_ticket(survey, 2, contact=make_contact(number)) for number in range(4)]
    waiting = next(ticket for ticket in made if ticket.owner is None)
    actions.claim(ticket_id=waiting.pk, by=make_user("dan"))
    assignment.set_limits(team=team, limits={person.pk: None for person in team.members.all()})
    turns = list(WorkShare.objects.order_by("person").values_list("last_assigned_at", flat=True))
    assert assignment.assign_next(waiting.pk, timezone.now()) is False
    assert list(WorkShare.objects.order_by("person").values_list("last_assigned_at", flat=True)) == turns


RULE = {
    "name": "Gold to North", "position": "1", "is_active": "on", "scores": ["0", "1", "2"],
    "value_from": "100", "to": "team", "traits-TOTAL_FORMS": "1", "traits-INITIAL_FORMS": "0",
    "traits-0-name": "plan", "traits-0-values": ["gold"], "traits-0-another": "silver",
}  # fmt: skip


def test_a_rule_is_made_tried_and_removed(survey: Survey, team: Team) -> None:
    client = client_of(make_user("ada", "admin"))
    make_ticket(survey, 2, contact=make_contact(1, traits={"plan": "gold"}, value=500))
    make_ticket(survey, 2, contact=make_contact(2, traits={"plan": "basic"}, value=500))
    form = RULE | {"team": team.pk}
    tried = client.post("/setup/routing/new/", form | {"try": "1"}).content.decode()
    assert "would have taken 1 of 2 tickets" in tried
    assert not RoutingRule.objects.exists()
    assert client.post("/setup/routing/new/", form).status_code == 302
    made = RoutingRule.objects.get()
    assert (made.scores, made.traits, made.team) == ([0, 1, 2], {"plan": ["gold", "silver"]}, team)
    page = client.get("/setup/routing/").content.decode()
    assert "Gold to North" in page
    assert "Score: 0, 1, 2; Plan: gold or silver; Value from 100" in page
    for wrong, field in [({"team": ""}, "team"), ({"value_to": "5"}, "value_to")]:
        answer = client.post("/setup/routing/new/", form | wrong)
        assert (answer.status_code, field in answer.context["form"].errors) == (422, True), wrong
    client.post(f"/setup/routing/{made.pk}/delete/")
    assert not RoutingRule.objects.exists()


def empty(rule: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in rule.items() if not name.startswith("traits-")} | {
        "traits-TOTAL_FORMS": "0", "traits-INITIAL_FORMS": "0"}  # fmt: skip


def test_conditions_on_traits_are_chosen_from_what_is_known(team: Team) -> None:
    client = client_of(make_user("ada", "admin"))
    make_contact(1, traits={"plan": "gold", "shop": 12})
    make_contact(2, traits={"plan": "basic"})
    save_labels({"plan": {"en": "Membership"}})
    form = empty(RULE) | {"team": team.pk, "name": "Typed"}
    page: Any = client.get("/setup/routing/new/")
    offered = dict(page.context["new_trait"].fields["trait"].choices)
    assert (offered["plan"], offered["shop"]) == ("Membership", "Shop")
    added: Any = client.post("/setup/routing/new/", form | {"new-trait": "plan", "change": "traits.add"})
    (row,) = added.context["formset"].forms
    assert [value for value, _label in row.fields["values"].choices] == ["basic", "gold"]
    assert (added.status_code, added.context["form"]["name"].value()) == (200, "Typed")
    one = form | {"traits-TOTAL_FORMS": "1", "traits-0-name": "plan", "traits-0-values": ["gold"]}
    written: Any = client.post("/setup/routing/new/", one | {"traits-0-another": "<b>new", "change": "traits.draw.0"})
    assert written.context["formset"].forms[0]["values"].value() == ["gold", "<b>new"]
    gone: Any = client.post("/setup/routing/new/", one | {"change": "traits.remove.0"})
    assert gone.context["formset"].forms == []
    unknown = {"new-trait": "*", "new-name": "tier", "change": "traits.add"}
    both: Any = client.post("/setup/routing/new/", one | unknown)
    assert [row["name"].value() for row in both.context["formset"].forms] == ["plan", "tier"]
    assert not RoutingRule.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"traits-0-values": [], "traits-0-another": ""}, "Tick a value, write one, or remove the condition."),
        ({"new-trait": "plan"}, "Add it with the button beside it, or choose no trait."),
        ({"traits-TOTAL_FORMS": "2", "traits-1-name": "plan", "traits-1-another": "x"}, "Each trait can stand here"),
        ({"traits-0-name": "x" * 51}, "at most 50 characters"),
    ],
)
def test_a_condition_that_cannot_be_is_told(team: Team, wrong: dict[str, Any], words: str) -> None:
    make_contact(1, traits={"plan": "gold"})
    answer = client_of(make_user("ada", "admin")).post("/setup/routing/new/", RULE | {"team": team.pk} | wrong)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not RoutingRule.objects.exists()


def test_rules_change_places_and_a_new_one_is_the_last(team: Team) -> None:
    client = client_of(make_user("ada", "admin"))
    for name in ("a", "b", "c"):
        assert client.post("/setup/routing/new/", empty(RULE) | {"team": team.pk, "name": name}).status_code == 302
    a, b, c = RoutingRule.objects.order_by("name")
    for one, to, order in ((c, "up", "acb"), (a, "up", "acb"), (a, "down", "cab"), (b, "down", "cab")):
        assert client.post(f"/setup/routing/{one.pk}/move/", {"to": to}).status_code == 302
        assert "".join(RoutingRule.objects.values_list("name", flat=True)) == order
    assert [rule.row.name for rule in assignment.rules()] == ["c", "a", "b"]


def test_limits_are_numbers_or_nothing(team: Team) -> None:
    client, ann = client_of(make_user("ada", "admin")), team.members.order_by("pk")[0]
    url = f"/setup/routing/teams/{team.pk}/"
    assert client.post(url, {f"limit-{ann.pk}": "-3"}).status_code == 422
    assert client.post(url, {f"limit-{ann.pk}": "12"}).status_code == 302
    assert WorkShare.objects.get(person=ann).open_limit == 12
    assert 'value="12"' in client.get(url).content.decode()


def test_absences_are_ones_own_and_for_managers_everybodys() -> None:
    ann, boss = make_user("ann"), make_user("boss", "manager")
    today = timezone.localdate()
    form = {"first_day": today.isoformat(), "last_day": (today + DAY).isoformat(), "stand_in": boss.pk}
    assert client_of(ann).post("/setup/me/absences/", form | {"person": boss.pk}).status_code == 302
    made = Absence.objects.get()
    assert (made.person, made.stand_in) == (ann, boss)
    assert client_of(ann).post("/setup/me/absences/", form).status_code == 422
    backwards = form | {"first_day": (today + 9 * DAY).isoformat()}
    assert client_of(ann).post("/setup/me/absences/", backwards).status_code == 422
    other = client_of(make_user("eve"))
    assert "<table" not in other.get("/setup/me/absences/").content.decode()
    assert other.post(f"/setup/me/absences/{made.pk}/delete/").status_code == 404
    assert client_of(boss).post(f"/setup/me/absences/{made.pk}/delete/").status_code == 302
    assert client_of(make_user("vic", "viewer")).get("/setup/me/absences/").status_code == 403


def test_what_somebody_promised_for_days_on_which_they_are_away_stands_beside_the_absence() -> None:
    """A customer who booked a call expects it: nobody else tells who is away."""
    ann, today = make_user("ann", time_zone="Asia/Tokyo"), timezone.localdate()
    survey, zone = make_survey(), ZoneInfo("Asia/Tokyo")
    last = today + timedelta(days=3)
    for number, (day, hour, text) in enumerate(
        ((last, 0, "in it"), (last, 23, "in it"), (last + timedelta(days=1), 0, "after it"))
    ):
        ticket = make_ticket(survey, 2, contact=make_contact(number, name=f"Customer {number}"))
        due = datetime.combine(day, time(hour), zone)
        promises.make(ticket_id=ticket.pk, by=ann, text=text, due_at=due)
    client = client_of(ann)
    assert "Promised to customers" not in client.get("/setup/me/absences/").content.decode()
    Absence.objects.create(person=ann, first_day=today + timedelta(days=2), last_day=last)
    page = client.get("/setup/me/absences/").content.decode()
    assert (page.count("in it"), page.count("after it"), "Customer 1</a>" in page) == (2, 0, True)
    other = client_of(make_user("cleo", "manager", all_teams=False)).get("/setup/me/absences/")
    assert "in it" not in other.content.decode()

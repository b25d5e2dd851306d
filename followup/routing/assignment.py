"""To whom a new ticket goes: the first rule that matches decides, and in a team whose turn it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import BooleanField, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.utils import timezone

from followup.clocks import calendars
from followup.clocks.business_time import Hours
from followup.history import chain
from followup.models import ActivityKind, Play, RouteTo, RoutingRule, Ticket, WorkShare
from followup.notify import mails, recipients
from followup.notify.cover import Cover
from nps_project.accounts.models import Role, Team, User
from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from surveys.contacts.traits import has_one_of
from surveys.models import Response

# Whether somebody has fewer open tickets than their limit. It looks at as many as the limit, and at none without one:
# counting the tickets of twenty people among a million took longer than all the rest of opening one.
_HAS_ROOM = """coalesce((
    SELECT share.open_limit > 0 AND NOT EXISTS (
        SELECT FROM followup_ticket taken WHERE taken.owner_id = accounts_user.id AND taken.resolved_at IS NULL
        OFFSET greatest(share.open_limit, 1) - 1
    ) FROM followup_workshare share
    WHERE share.team_id = %s AND share.person_id = accounts_user.id AND share.open_limit IS NOT NULL
), true)"""


@dataclass(frozen=True, slots=True)
class RoutingInput:
    """What the rules compare of one answer and its customer."""

    score: int
    survey_id: int
    language: str
    traits: Mapping[str, object]
    value: Decimal | None
    manager: User | None  # the customer's account manager, when they may work on tickets


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, stored or only tried, with the ids of its surveys."""

    row: RoutingRule
    surveys: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a ticket goes. `rule` is None where none matched; `is_waiting`: nobody to whom the rule sends has room."""

    owner: User | None
    team_id: int | None
    rule: RoutingRule | None = None
    is_waiting: bool = False


def routing_input(response: Response, manager: User | None) -> RoutingInput:
    """What the rules compare, of an answer that was read with its contact; no query."""
    contact = response.contact
    worker = manager if manager is not None and manager.is_at_least(Role.AGENT) else None
    return RoutingInput(
        score=response.score,
        survey_id=response.survey_id,
        language=response.language,
        traits={**(contact.traits if contact else {}), **response.traits},
        value=contact.value if contact else None,
        manager=worker,
    )


def rules() -> list[Rule]:
    """The rules in use, in their order; one light query, and two more when there are any."""
    with connection.cursor() as cursor:  # a company without rules opens its tickets a sixth faster
        cursor.execute("SELECT EXISTS (SELECT FROM followup_routingrule WHERE is_active)")
        if cursor.fetchone() == (False,):
            return []
    rows = RoutingRule.objects.filter(is_active=True).select_related("person").prefetch_related("surveys")
    return [Rule(row, frozenset(survey.pk for survey in row.surveys.all())) for row in rows]


def matches(rule: Rule, given: RoutingInput) -> bool:
    """Whether every condition of a rule holds, and somebody can be assigned. An empty condition always holds."""
    row = rule.row
    if row.to == RouteTo.ACCOUNT_MANAGER and given.manager is None:
        return False
    if row.to == RouteTo.PERSON and not (row.person and row.person.is_at_least(Role.AGENT)):
        return False
    return (
        (not row.scores or given.score in row.scores)
        and (not rule.surveys or given.survey_id in rule.surveys)
        and (not row.languages or given.language in row.languages)
        and all(has_one_of(given.traits, name, values) for name, values in row.traits.items())
        and (row.value_from is None or (given.value is not None and given.value >= row.value_from))
        and (row.value_to is None or (given.value is not None and given.value <= row.value_to))
    )


def first_match(ordered: Iterable[Rule], given: RoutingInput) -> RoutingRule | None:
    """The first rule that matches, or None. Pure."""
    return next((rule.row for rule in ordered if matches(rule, given)), None)


def route(response: Response, play: Play, manager: User | None, at: datetime) -> Routed:
    """Decide where a new ticket goes, in the transaction that opens it.

    Without a rule that matches it goes to the account manager, else to the play's owner, else to the team alone.
    """
    rule, cover = first_match(rules(), routing_input(response, manager)), Cover(at)
    if rule is None:
        return route_without_rule(response, play, manager, cover)
    team_id = _team_of(rule, response, play)
    if rule.to != RouteTo.TEAM:
        owner = _first_there(cover, manager if rule.to == RouteTo.ACCOUNT_MANAGER else rule.person)
        return Routed(owner, team_id, rule, is_waiting=owner is None)
    owner = next_in_turn(rule.team_id or 0, at)
    return Routed(owner, team_id, rule, is_waiting=owner is None)


def route_without_rule(response: Response, play: Play, manager: User | None, cover: Cover) -> Routed:
    """Where a ticket goes that no rule matches; no query without a person named, but for who is away."""
    return Routed(_first_there(cover, manager, play.owner), team_without_rule(response, play))


def team_without_rule(response: Response, play: Play) -> int | None:
    """The team of a ticket that no rule sends to one."""
    return play.team_id or response.survey.team_id


def _team_of(rule: RoutingRule | None, response: Response, play: Play) -> int | None:
    if rule is not None and rule.to == RouteTo.TEAM:
        return rule.team_id
    return team_without_rule(response, play)


def service_hours_for(response: Response, play: Play) -> Hours:
    """The service hours of the team to which a ticket opened with this play would go; no turn is taken."""
    rule = first_match(rules(), routing_input(response, recipients.account_manager_of(response.contact).user))
    return calendars.hours_of_calendar(calendars.calendar_of_team(_team_of(rule, response, play)))


def _first_there(cover: Cover, *wanted: User | None) -> User | None:
    """The first who may work on tickets and is there, or who stands in for them; no query without anybody."""
    workers = (person for person in wanted if person and person.is_at_least(Role.AGENT))
    there = (cover.active_recipient(person) for person in workers)
    return next((person for person in there if person and person.is_at_least(Role.AGENT)), None)


def next_in_turn(team_id: int, at: datetime) -> User | None:
    """The member of a team who is present, is below their limit and has waited longest; None when nobody has room.

    It takes that turn. The rows of the team's people stay locked until the transaction ends, so that the limit of a
    person holds over all their teams and many workers. Four statements.
    """
    people_of_team = User.objects.select_for_update(of=("self",), no_key=True).filter(teams=team_id).order_by("pk")
    list(people_of_team.values_list("pk", flat=True))  # in one order everywhere, so that two wait and none is stuck
    people, cover = _members(team_id), Cover(at)
    by_id = {person.pk: person for person in people}
    for person in people:
        there = cover.active_recipient(person)
        taker = by_id.get(there.pk) if there else None
        if taker is not None and taker.has_room:  # type: ignore[attr-defined]  # annotated by _members
            turn = WorkShare(team_id=team_id, person_id=person.pk, last_assigned_at=at)
            WorkShare.objects.bulk_create(
                [turn], update_conflicts=True, unique_fields=["team", "person"], update_fields=["last_assigned_at"]
            )
            return taker
    return None


def _members(team_id: int) -> list[User]:
    """Those who may work, whoever waited longest first, each with `has_room`; one query."""
    share = WorkShare.objects.filter(team=team_id, person=OuterRef("pk"))
    rows = User.objects.workers().filter(is_service=False, teams=team_id)
    return list(
        rows.annotate(
            waited_since=Subquery(share.values("last_assigned_at")[:1]),
            has_room=RawSQL(_HAS_ROOM, [team_id], output_field=BooleanField()),  # noqa: S611  (a constant)
        ).order_by(F("waited_since").asc(nulls_first=True), "pk")
    )


def waiting_for_assignment() -> Q:
    """The filter of tickets that a rule sent to a team in which nobody had room."""
    return Q(routed_by__isnull=False, owner=None, resolved_at=None)


def _waiting(_at: datetime) -> QuerySet[Ticket]:
    return Ticket.objects.filter(waiting_for_assignment(), team__isnull=False).in_order("queue")


@transaction.atomic
def assign_next(ticket_id: int, at: datetime) -> bool | Q:
    """Assign one waiting ticket to the next in its team's turn.

    Returns: True; False when the ticket found an owner meanwhile, and then no turn is taken; a filter of the team's
    tickets when nobody in it has room, so that the sweep skips them.
    """
    claimed = Ticket.objects.select_for_update(no_key=True).filter(waiting_for_assignment(), pk=ticket_id)
    ticket = claimed.first()
    if ticket is None or ticket.team_id is None:
        return False
    owner = next_in_turn(ticket.team_id, at)
    if owner is None:
        return Q(team=ticket.team_id)
    ticket.owner = owner
    ticket.save(update_fields=["owner"])
    record(ticket, at)
    return True


ASSIGN_WAITING = sweep.add(Sweep("followup.give_out", _waiting, assign_next))


def assign_waiting(at: datetime | None = None) -> int:
    """Sweep over the waiting tickets, the most urgent first. Returns: the number that have an owner now."""
    return sweep.run(ASSIGN_WAITING, at or timezone.now())


def record(ticket: Ticket, at: datetime, *, is_waiting: bool = False) -> None:
    """Append to the history of a locked ticket where a rule sent it, and mail its new owner."""
    chain.append(
        ticket, ActivityKind.ROUTED, at=at, rule=ticket.routed_by_id, owner=ticket.owner_id, team=ticket.team_id,
        reason="nobody_free" if is_waiting else "",
    )  # fmt: skip
    if ticket.owner is not None and not ticket.owner.is_service:
        key = f"ticket_given:{ticket.pk}:{ticket.history_count}"
        mails.notify([ticket.owner], "ticket_given", ticket, key=key, cover=Cover(at))


@transaction.atomic
def save_rule(rule: Rule) -> RoutingRule:
    """Store a rule with its surveys; it applies from the next ticket on."""
    rule.row.save()
    rule.row.surveys.set(rule.surveys)
    return rule.row


@transaction.atomic
def set_limits(*, team: Team, limits: Mapping[int, int | None]) -> None:
    """Store how many open tickets each member, by id, may have; None for no limit."""
    for person_id, limit in limits.items():
        WorkShare.objects.update_or_create(team=team, person_id=person_id, defaults={"open_limit": limit})

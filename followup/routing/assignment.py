"""To whom a new ticket goes: the first rule that matches decides, and in a team whose turn it is."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet
from django.utils import timezone

from followup.clocks import calendars
from followup.clocks.business_time import Hours
from followup.history import chain
from followup.models import ActivityKind, Play, RouteTo, RoutingRule, Ticket, WorkShare
from followup.notices import services as notices
from followup.notify import given, recipients
from followup.notify.cover import Cover
from followup.routing import turns as of_team
from followup.routing.turns import Turns, lock_people, next_in_turn
from nps_project.accounts.models import Role, Team, User
from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from nps_project.common import new_rows
from nps_project.common.kept_queries import KeptQuery
from nps_project.common.new_rows import Given
from surveys.contacts.traits import has_one_of
from surveys.models import Response


@dataclass(frozen=True, slots=True)
class RoutingInput:
    """What the rules compare of one answer and its customer."""

    score: int
    survey_id: int
    language: str
    traits: Mapping[str, object]
    value: Decimal | None
    manager: User | None  # the customer's account manager, when they may work on tickets and see this answer


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


def _rules() -> QuerySet[RoutingRule]:
    of_rule = RoutingRule.surveys.through.objects.filter(routingrule=OuterRef("pk")).values("survey")
    rows = RoutingRule.objects.filter(is_active=True).select_related("person")
    return rows.annotate(survey_ids=ArraySubquery(of_rule))


_RULES = KeptQuery("rules", _rules)


def rules() -> list[Rule]:
    """The rules in use, in their order; one query."""
    return [Rule(row, frozenset(row.survey_ids)) for row in _RULES.read()]  # type: ignore[attr-defined]  # annotated


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
    routing = Routing(rules(), Cover(at))
    routing.lock([(response, manager)])
    routed = routing.route(response, play, manager)
    new_rows.store("turns", routing.stored())
    return routed


class Routing:
    """Where new tickets go, in one transaction, by rules that were read before; `stored` keeps the turns taken."""

    def __init__(self, ordered: Sequence[Rule], cover: Cover) -> None:
        self.rules, self.cover = ordered, cover
        self._turns: dict[int, Turns] = {}
        self._given: Counter[int] = Counter()

    def lock(self, answers: Iterable[tuple[Response, User | None]]) -> None:
        """Lock the people of every team that these answers go to, before the first is routed; at most one query."""
        found = (self._rule_for(response, manager) for response, manager in answers)
        if teams := {rule.team_id for rule in found if rule is not None and rule.to == RouteTo.TEAM and rule.team_id}:
            lock_people(teams)

    def route(self, response: Response, play: Play, manager: User | None) -> Routed:
        """As `route`, for an answer that was among those of `lock`; queries for a team's first turn, for absences."""
        rule = self._rule_for(response, manager)
        owner = self._owner(rule, play, manager)
        if owner is not None:
            self._given[owner.pk] += 1
        is_waiting = rule is not None and owner is None
        return Routed(owner, _team_of(rule, response, play), rule, is_waiting=is_waiting)

    def _rule_for(self, response: Response, manager: User | None) -> RoutingRule | None:
        return first_match(self.rules, routing_input(response, manager)) if self.rules else None

    def _owner(self, rule: RoutingRule | None, play: Play, manager: User | None) -> User | None:
        if rule is None:
            return _first_there(self.cover, manager, play.owner)
        if rule.to == RouteTo.TEAM:
            return self._turns_of(rule.team_id or 0).next()
        return _first_there(self.cover, manager if rule.to == RouteTo.ACCOUNT_MANAGER else rule.person)

    def _turns_of(self, team_id: int) -> Turns:
        if team_id not in self._turns:
            self._turns[team_id] = Turns(team_id, self.cover, self._given)
        return self._turns[team_id]

    def stored(self) -> list[Given]:
        """The turns that were taken, as parts of a statement."""
        return of_team.stored([share for turns in self._turns.values() for share in turns.taken])


def _team_of(rule: RoutingRule | None, response: Response, play: Play) -> int | None:
    if rule is not None and rule.to == RouteTo.TEAM:
        return rule.team_id
    return play.team_id or response.survey.team_id


def service_hours_for(response: Response, play: Play) -> Hours:
    """The service hours of the team to which a ticket opened with this play would go; no turn is taken."""
    rule = first_match(rules(), routing_input(response, recipients.account_manager_of(response).user))
    return calendars.hours_of_calendar(calendars.calendar_of_team(_team_of(rule, response, play)))


def _first_there(cover: Cover, *wanted: User | None) -> User | None:
    """The first who may work on tickets and is there, or who stands in for them; no query without anybody."""
    workers = (person for person in wanted if person and person.is_at_least(Role.AGENT))
    there = (cover.active_recipient(person) for person in workers)
    return next((person for person in there if person and person.is_at_least(Role.AGENT)), None)


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
    notices.tell_owners([ticket], at=at)
    return True


ASSIGN_WAITING = sweep.add(Sweep("followup.give_out", _waiting, assign_next))


def assign_waiting(at: datetime | None = None) -> int:
    """Sweep over the waiting tickets, the most urgent first. Returns: the number that have an owner now."""
    return sweep.run(ASSIGN_WAITING, at or timezone.now())


def record(ticket: Ticket, at: datetime, *, is_waiting: bool = False) -> None:
    """Append to the history of a locked ticket where a rule sent it, and mail its new owner."""
    chain.append(ticket, ActivityKind.ROUTED, at=at, **record_of(ticket, is_waiting=is_waiting))
    new_rows.store("given", given.telling_owners([ticket], Cover(at)))


def record_of(ticket: Ticket, *, is_waiting: bool) -> dict[str, Any]:
    """The data of that entry."""
    reason = "nobody_free" if is_waiting else ""
    return {"rule": ticket.routed_by_id, "owner": ticket.owner_id, "team": ticket.team_id, "reason": reason}


@transaction.atomic
def save_rule(rule: Rule) -> RoutingRule:
    """Store a rule with its surveys; it applies from the next ticket on."""
    rule.row.save()
    rule.row.surveys.set(rule.surveys)
    return rule.row


@transaction.atomic
def move_rule(rule: RoutingRule, *, up: bool) -> None:
    """Change places with the rule before or after it; the first and the last stay. The places count from 1 then."""
    ordered = list(RoutingRule.objects.select_for_update(no_key=True, of=("self",)))
    at = next((place for place, one in enumerate(ordered) if one.pk == rule.pk), 0)
    to = at - 1 if up else at + 1
    if 0 <= to < len(ordered):
        ordered[at], ordered[to] = ordered[to], ordered[at]
    for place, one in enumerate(ordered, start=1):
        if one.position != place:
            one.position = place
            one.save(update_fields=["position"])


@transaction.atomic
def set_limits(*, team: Team, limits: Mapping[int, int | None]) -> None:
    """Store how many open tickets each member, by id, may have; None for no limit."""
    for person_id, limit in limits.items():
        WorkShare.objects.update_or_create(team=team, person_id=person_id, defaults={"open_limit": limit})

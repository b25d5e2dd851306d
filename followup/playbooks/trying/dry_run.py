"""Tries a changed play on the answers of the last 90 days before it is saved. Stores nothing."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from django.db.models import Prefetch

from followup.clocks.business_time import ALWAYS, Hours
from followup.clocks.calendars import hours_of_calendar
from followup.clocks.targets import FIRST_CONTACT, PlayHours, targets
from followup.models import CalendarDay, ClockRuns, Playbook, RouteTo, RoutingRule, TeamFollowUp, Ticket
from followup.notify import recipients
from followup.notify.recipients import NO_ACCOUNT_MANAGER
from followup.playbooks.services import PlayDraft
from followup.playbooks.trying import asked_again
from followup.playbooks.trying.asked_again import AskedAgain
from followup.playbooks.versions import surveys_of
from followup.routing import assignment
from surveys.models import Response, ResponseState

DAYS, MOST = 90, 20_000
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Whose:
    """How many tickets a person or team, by name, would have got; "" for tickets without an owner."""

    name: str
    tickets: int


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a play would have done. `timed`: the real tickets whose first contact, or the lack of it, is known. `again`:
    None for a play that asks nobody again."""

    answers: int
    is_cut: bool  # only the newest MOST answers were tried
    would_open: int
    opened: int
    whose: tuple[Whose, ...]
    timed: int
    late: int
    late_now: int  # of the same tickets, by the deadlines they really had
    again: AskedAgain | None

    @property
    def a_week(self) -> float:
        """Tickets a week that the play would open."""
        return self.would_open * 7 / DAYS


def dry_run(*, playbook: Playbook, score: int, draft: PlayDraft, at: datetime) -> DryRun:
    """Replay the answers with this score to the surveys of a playbook; at most 13 queries, however many answers."""
    rows = (
        Response.objects.filter(
            survey__in=surveys_of(playbook),
            score=score,
            state=ResponseState.CONFIRMED,
            answered_at__gte=at - timedelta(days=DAYS),
            is_imported=False,
            follows=None,
        )  # fmt: skip
        .select_related("contact", "survey__team", "ticket")
        .defer("comment", "search_vector", "contact__search_vector")
        .order_by("-pk")[: MOST + 1]
    )
    answers = list(rows)
    is_cut, answers = len(answers) > MOST, answers[:MOST]
    tickets = [answer.ticket for answer in answers if hasattr(answer, "ticket")]
    late, late_now, timed = _late(tickets, draft, at)
    return DryRun(
        answers=len(answers),
        is_cut=is_cut,
        would_open=len(answers) if draft.fields["opens_ticket"] else 0,
        opened=sum(not ticket.is_by_hand for ticket in tickets),
        whose=_whose(answers, draft) if draft.fields["opens_ticket"] else (),
        timed=timed,
        late=late,
        late_now=late_now,
        again=asked_again.count(answers, draft),
    )


def _late(tickets: list[Ticket], draft: PlayDraft, at: datetime) -> tuple[int, int, int]:
    """Late by the draft's hours, late by the real deadlines, and of how many; those with a clock under both."""
    hours = _draft_hours(draft)
    if hours.hours is None:
        return 0, 0, 0
    calendars = _hours_by_team() if hours.hours_run == ClockRuns.SERVICE else {}
    late = late_now = timed = 0
    for ticket in tickets:
        due_now = ticket.first_contact_due_at
        if due_now is None:
            continue
        service = calendars.get(draft.fields["team"].pk if draft.fields["team"] else ticket.team_id, ALWAYS)
        due = targets(hours, ticket.clock_from, service)[FIRST_CONTACT].due
        contacted = ticket.first_contact_at or (None if ticket.resolved_at else at)
        if ticket.first_contact_at is None and (contacted is None or at <= min(due, due_now)):
            continue  # resolved without a contact, or not due yet
        timed += 1
        late += (contacted or at) > due
        late_now += (contacted or at) > due_now
    return late, late_now, timed


def _draft_hours(draft: PlayDraft) -> PlayHours:
    """The clocks of a play that is not saved yet."""
    return PlayHours(**{field.name: draft.fields[field.name] for field in fields(PlayHours)})


def _hours_by_team() -> Mapping[int | None, Hours]:
    """The service hours of each team that has a calendar; three queries."""
    days = Prefetch("calendar__days", CalendarDay.objects.order_by("day"))
    rows = TeamFollowUp.objects.exclude(calendar=None).select_related("calendar").prefetch_related(days)
    return {row.team_id: hours_of_calendar(row.calendar) for row in rows}


def _whose(answers: list[Response], draft: PlayDraft) -> tuple[Whose, ...]:
    rules = assignment.rules()
    managers = recipients.account_managers_of(answers)
    counts: Counter[str] = Counter()
    for answer in answers:
        given = assignment.routing_input(answer, managers.get(answer.pk, NO_ACCOUNT_MANAGER).user)
        counts[_taker(assignment.first_match(rules, given), given, answer, draft)] += 1
    named = counts.most_common(MOST_NAMED)
    return tuple(Whose(name, tickets) for name, tickets in named)


def _taker(rule: RoutingRule | None, given: assignment.RoutingInput, answer: Response, draft: PlayDraft) -> str:
    """As `routing.route` decides, but for turns and absences: those are of the day."""
    if rule is None:
        person = given.manager or draft.fields["owner"]
    else:
        person = {RouteTo.ACCOUNT_MANAGER: given.manager, RouteTo.PERSON: rule.person}.get(RouteTo(rule.to))
    team = rule.team if rule is not None and rule.team_id else draft.fields["team"] or answer.survey.team
    return str(person or team or "")

"""From an answer to its ticket: opening, worsening, marking. Decides the follow-up of each answer exactly once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from followup import deadlines
from followup.errors import AlreadyOpened, WrongState
from followup.models import ActivityKind, Play, StepKind, Ticket, TicketStatus
from followup.models.ticket import FAR_AWAY
from followup.services import clock, discards, history, notices, playbooks, routing, values
from followup.services.calendars import calendar_of_team, runs_by_calendar
from nps_project.accounts.models import User
from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from surveys.models import Response, ResponseState
from surveys.scoring import HIGHEST_DETRACTOR
from surveys.services.responses import mark_processed

Event = tuple[datetime, int]  # when the answer took a score
_COPY_STEPS = """
INSERT INTO followup_step (ticket_id, play_score, position, kind, texts, is_required, currency)
SELECT %s, %s, %s + row_number() OVER (ORDER BY position, id), kind, texts, is_required, ''
FROM followup_playstep WHERE play_id = %s AND kind <> ALL (%s)
"""
HINTS_NEED = timedelta(seconds=5)  # younger answers are left to their hints
MANY = 4  # from so many answers on, a look at all of them at once costs less than it saves


def open_for_responses(response_ids: Sequence[int]) -> int:
    """Decide the follow-up of these answers, each in its own transaction; a second run changes nothing.

    An answer that cannot be decided is put aside for the sweep, and the others go on. Returns: how many were decided.
    """
    return sweep.take(OPEN, response_ids, timezone.now())


def _unopened(at: datetime) -> QuerySet[Response]:
    return Response.objects.unprocessed().filter(recorded_at__lt=at - HINTS_NEED).order_by("pk")


def open_missed(at: datetime) -> int:
    """The sweep over answers whose hint was lost, the oldest first. Returns: how many were decided."""
    return sweep.run(OPEN, at)


def _decide(response_id: int, _at: datetime) -> bool:
    open_for_response(response_id)
    return True


def _without_quiet_ones(response_ids: Sequence[int], at: datetime) -> Sequence[int]:
    """Mark at once all fresh answers whose play opens no ticket; returns the others, in order."""
    if len(response_ids) < MANY:
        return response_ids
    rows = Response.objects.filter(
        pk__in=response_ids, processed_at=None, changed_at=None, follows=None, state=ResponseState.CONFIRMED
    )
    by_survey: dict[int, set[int]] = defaultdict(set)
    for survey_id, score in rows.values_list("survey", "score").distinct():
        by_survey[survey_id].add(score)
    for survey_id, scores in by_survey.items():
        plays = playbooks.plays_for(survey_id, scores)
        quiet = [score for score in scores if not plays[score].opens_ticket]
        if quiet:
            # No join: a join becomes a subquery, whose rows PostgreSQL does not look at again after waiting for a lock.
            fresh = rows.filter(~Exists(Ticket.objects.filter(response=OuterRef("pk"))), survey=survey_id)
            fresh.filter(score__in=quiet).update(processed_at=at)
    waiting = set(Response.objects.unprocessed().filter(pk__in=response_ids).values_list("pk", flat=True))
    return [response_id for response_id in response_ids if response_id in waiting]


OPEN = sweep.add(Sweep("followup.open", _unopened, _decide, _without_quiet_ones))


@transaction.atomic
def open_for_response(response_id: int, *, at: datetime | None = None) -> Ticket | None:
    """Decide the follow-up of one answer: open its ticket, change the one it has, or leave it.

    `at`: the time of deciding, unset now. Returns: the ticket that was opened or changed; None when there is nothing to
    do (any more).
    """
    response = _lock(response_id)
    if response.processed_at is not None or response.state == ResponseState.PROVISIONAL:
        return None
    at = at or timezone.now()
    ticket = _ticket_of(response)
    if response.state == ResponseState.DISCARDED:
        if ticket is not None:
            discards.resolve_discarded(ticket, at)
    elif ticket is not None:
        _apply_change(ticket, response, at)
    elif (followed := _followed_ticket(response)) is not None:
        ticket = _apply_answer_after_asking_again(followed, response, at)
    else:
        ticket = _open_if_wanted(response, at)
    mark_processed([response.pk], at)
    return ticket


def _lock(response_id: int) -> Response:
    rows = Response.objects.select_for_update(of=("self",), no_key=True).select_related("survey")
    return rows.get(pk=response_id)


def _ticket_of(response: Response) -> Ticket | None:
    """Its ticket, locked; a new answer has none, and asking only that is a tenth of the work of opening one.

    A statement of its own after the lock: it sees what whoever had the lock before has stored.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM followup_ticket WHERE response_id = %s", [response.pk])
        found = cursor.fetchone()
    return Ticket.objects.select_for_update(no_key=True).get(pk=found[0]) if found else None


def _events(response: Response) -> list[Event]:
    """Each score that the answer had, with the time it took it, oldest first."""
    changes = list(response.changes.order_by("id")) if response.changed_at else []
    first = changes[0].old_score if changes else response.score
    return [(response.counts_from, first), *((change.at, change.new_score) for change in changes)]


def _last_run(events: list[Event], plays: Mapping[int, Play]) -> list[Event]:
    """The events at the end that all want a ticket: the unhappy time that lasts until now."""
    start = len(events)
    while start and plays[events[start - 1][1]].opens_ticket:
        start -= 1
    return events[start:]


def _counting(events: list[Event], response: Response, plays: Mapping[int, Play]) -> list[Event]:
    """The events that may start a clock. An answer told too late is history, by what is stored and never by the time
    now; of such a one only what became worse since then counts."""
    told_by = deadlines.earliest_deadline([(response.answered_at, plays[events[0][1]].hours)])
    if response.confirmed_at or told_by is None or told_by >= response.recorded_at:
        return events
    return [event for before, event in pairwise(events) if event[1] < before[1]]


def _open_if_wanted(response: Response, at: datetime) -> Ticket | None:
    events = _events(response)
    plays = playbooks.plays_for(response.survey_id, {response.score, *(score for _at, score in events)})
    run = _last_run(_counting(events, response, plays), plays)
    if response.is_imported or not run or not plays[response.score].opens_ticket:
        return None
    return _open(response, plays[response.score], at=at, starts=[(start, plays[score]) for start, score in run])


@transaction.atomic
def open_by_hand(*, response_id: int, by: User) -> Ticket:
    """Open the ticket of any confirmed answer; its clock runs from now. Raises: AlreadyOpened, WrongState."""
    response = _lock(response_id)
    if response.state != ResponseState.CONFIRMED:
        raise WrongState("response", response.state, "a confirmed answer")
    if Ticket.objects.filter(response=response).exists():
        raise AlreadyOpened("response", response.pk, "an answer without a ticket")
    at = timezone.now()
    play = playbooks.plays_for(response.survey_id, {response.score})[response.score]
    ticket = _open(response, play, at=at, starts=[(at, play)], by=by)
    mark_processed([response.pk], at)
    return ticket


def _open(
    response: Response,
    play: Play,
    *,
    at: datetime,
    starts: Sequence[clock.Start],
    by: User | None = None,
) -> Ticket:
    contact = response.contact
    manager = notices.account_manager_of(contact)
    routed = routing.route(response, play, manager.user, at)
    ticket = Ticket(
        response=response,
        survey_id=response.survey_id,
        play=play,
        score=response.score,
        answer_score=response.score,
        priority=play.priority,
        owner=routed.owner,
        team_id=routed.team_id,
        routed_by=routed.rule,
        opened_at=at,
        is_by_hand=by is not None,
        can_be_reached=response.can_be_reached,
        value_rank=values.rank_of(response.contact_id),
        deadline=FAR_AWAY,
        warn_at=FAR_AWAY,
    )
    ticket.calendar = calendar_of_team(ticket.team_id) if runs_by_calendar(play for _start, play in starts) else None
    clock.start(ticket, starts)
    clock.place(ticket, at)
    ticket.save()
    _add_steps(ticket, play, told=bool(manager.address))
    kind = ActivityKind.OPENED_BY_HAND if by else ActivityKind.OPENED
    history.append(ticket, kind, at=at, by=by, score=response.score, play=play.pk, owner=ticket.owner_id)
    if routed.rule is not None:
        routing.record(ticket, at, is_waiting=routed.is_waiting)
    if play_tells(play):
        notices.queue_account_manager(ticket, manager, at)
    return ticket


def play_tells(play: Play) -> bool:
    """Whether this play has the account manager told."""
    return any(step.kind == StepKind.ACCOUNT_MANAGER for step in play.steps.all())


def _add_steps(
    ticket: Ticket, play: Play, *, told: bool, after: int = 0, without: frozenset[str] = frozenset()
) -> None:
    """The steps of the play in its words of now; nobody to tell: that step is left out."""
    left_out = [*without, *([] if told else [StepKind.ACCOUNT_MANAGER.value])]
    with connection.cursor() as cursor:
        cursor.execute(_COPY_STEPS, [ticket.pk, play.score, after, play.pk, left_out])


def _apply_change(ticket: Ticket, response: Response, at: datetime) -> None:
    """A changed answer keeps its ticket: worse changes the promise, better is only marked."""
    since = response.changed_at or at
    discarded_at = discards.bring_back(ticket, at)
    reach_changed = _follow_reach(ticket, response, since=since, at=at)
    before, now = ticket.answer_score, response.score
    if now == before:
        is_news = discarded_at is None or since > discarded_at
        if response.changed_at and not reach_changed and is_news:
            history.append(ticket, ActivityKind.ANSWER_CHANGED, at=at, score=now)
        return
    if now < before and now <= HIGHEST_DETRACTOR:
        worsen(ticket, response, since=since, at=at)
        return
    ticket.answer_score = now
    if now > before:
        ticket.improved_at = since
    ticket.save(update_fields=["answer_score", "improved_at"])
    kind = ActivityKind.ANSWER_BETTER if now > before else ActivityKind.ANSWER_WORSE
    history.append(ticket, kind, at=at, old_score=before, new_score=now)


def _follow_reach(ticket: Ticket, response: Response, *, since: datetime, at: datetime) -> bool:
    """The customer told how to reach him, or took that back: the clock starts then, or falls away.

    False when nothing changed in that. What he was promised is owed, so a resolved ticket is taken up again.
    """
    if response.can_be_reached == ticket.can_be_reached:
        return False
    ticket.can_be_reached = response.can_be_reached
    if ticket.first_contact_at is None and not ticket.can_be_reached:
        ticket.first_contact_due_at = None
    elif ticket.first_contact_at is None and ticket.play.hours is not None:
        _reopen(ticket, at)
        ticket.clock_from = since
        clock.restart_first_contact(ticket, since)
    clock.place(ticket, at)
    ticket.save()
    history.append(ticket, ActivityKind.REACH_CHANGED, at=at, can_be_reached=ticket.can_be_reached)
    return True


def worsen(ticket: Ticket, response: Response, *, since: datetime, at: datetime) -> None:
    """The answer became worse: same ticket, reopened if resolved; done steps stay, the new play's are added.

    The deadline is the earlier of the old one and the change + the new hours; with the customer contacted already, the
    same goes for the next contact.
    """
    play = playbooks.plays_for(response.survey_id, {response.score})[response.score]
    before = ticket.answer_score
    _reopen(ticket, at)
    if ticket.first_contact_at is not None:
        clock.tighten(ticket, since, play, contact=clock.NEXT)
    elif ticket.can_be_reached:
        if ticket.first_contact_due_at is None and play.hours is not None:
            ticket.clock_from = since
        clock.tighten(ticket, since, play, contact=clock.FIRST)
    ticket.play, ticket.score, ticket.answer_score = play, response.score, response.score
    ticket.priority, ticket.improved_at = play.priority, None
    clock.place(ticket, at)
    ticket.save()
    steps = list(ticket.steps.all())
    open_kinds = frozenset(step.kind for step in steps if step.done_at is None)
    told = any(step.kind == StepKind.ACCOUNT_MANAGER for step in steps)
    without = open_kinds | ({StepKind.ACCOUNT_MANAGER.value} if told else set())
    manager = notices.account_manager_of(response.contact)
    last = max((step.position for step in steps), default=0)
    _add_steps(ticket, play, told=bool(manager.address), after=last, without=without)
    history.append(ticket, ActivityKind.ANSWER_WORSE, at=at, old_score=before, new_score=response.score, play=play.pk)
    if play_tells(play) and not told:
        notices.queue_account_manager(ticket, manager, at)


def _reopen(ticket: Ticket, at: datetime) -> None:
    """Unresolved again, on the object; its solved clock goes on."""
    if ticket.status == TicketStatus.RESOLVED:
        clock.resume(ticket, at)
        ticket.status = TicketStatus.CONTACTED if ticket.first_contact_at else TicketStatus.OPEN
        ticket.resolved_at, ticket.outcome = None, None


def _followed_ticket(response: Response) -> Ticket | None:
    if response.follows_id is None:
        return None
    return Ticket.objects.select_for_update(no_key=True).filter(response=response.follows_id).first()


def _apply_answer_after_asking_again(ticket: Ticket, response: Response, at: datetime) -> Ticket:
    """Asked again, an unhappy customer reopens the ticket that led to asking; a happier one is marked on it."""
    data: dict[str, Any] = {"response": response.pk, "score": response.score}
    if response.score > HIGHEST_DETRACTOR:
        ticket.improved_at = response.answered_at
        ticket.save(update_fields=["improved_at"])
        history.append(ticket, ActivityKind.ANSWER_BETTER, at=at, **data)
        return ticket
    play = playbooks.plays_for(response.survey_id, {response.score})[response.score]
    _reopen(ticket, at)
    if ticket.can_be_reached:
        is_first = ticket.first_contact_at is None and ticket.first_contact_due_at is not None
        since = response.changed_at or response.counts_from
        clock.tighten(ticket, since, play, contact=clock.FIRST if is_first else clock.NEXT)
    clock.place(ticket, at)
    ticket.save()
    history.append(ticket, ActivityKind.ASKED_AGAIN, at=at, **data)
    return ticket

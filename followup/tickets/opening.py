"""Decides the follow-up of each answer exactly once: it opens the ticket, or changes the one there is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from followup.clocks.recompute import hours_of_play
from followup.clocks.score_history import Scored, opening_at
from followup.clocks.targets import FIRST_CONTACT, targets
from followup.errors import AlreadyOpened, WrongState
from followup.history import chain
from followup.models import ActivityKind, AttemptChannel, AttemptResult, ClockRuns, Play, Ticket, TicketStatus
from followup.notices import services as notices
from followup.notify import mails, recipients
from followup.playbooks import services as playbooks
from followup.playbooks.trials import drawing as trials
from followup.playbooks.trials.drawing import Drawing
from followup.routing import assignment
from followup.tickets import attempts, changes, discards, steps, values
from followup.tickets.again import second_score
from followup.tickets.fresh.new_ticket import is_surely_in_time, new_ticket
from followup.tickets.fresh.together import HINTS_NEED, decide_together
from nps_project.accounts.models import User
from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from surveys.models import Announcement, Response, ResponseState
from surveys.services import announcements
from surveys.services.phone_answers import taken_by


def open_for_responses(response_ids: Sequence[int]) -> int:
    """Decide the follow-up of these answers, each in its own transaction; a second run changes nothing.

    An answer that cannot be decided is put aside for the sweep, and the others go on. Returns: how many were decided.
    """
    return sweep.take(OPEN, response_ids, timezone.now())


def _unopened(at: datetime) -> QuerySet[Announcement]:
    return Announcement.objects.filter(response__recorded_at__lt=at - HINTS_NEED).order_by("pk")


def open_missed(at: datetime) -> int:
    """Sweep over answers whose message was lost, the oldest first. Returns: the number decided."""
    announcements.adopt()
    return sweep.run(OPEN, at)


def _decide(response_id: int, _at: datetime) -> bool:
    open_for_response(response_id)
    return True


OPEN = sweep.add(Sweep("followup.open", _unopened, _decide, decide_together))


@transaction.atomic
def open_for_response(response_id: int, *, at: datetime | None = None) -> Ticket | None:
    """Decide the follow-up of one answer: open its ticket, change the one it has, or leave it.

    `at`: the time of deciding; unset, it is now. Returns: the ticket that was opened or changed; None when there is
    nothing to do, or it was done before.
    """
    response = _lock(response_id)
    if not announcements.take([response.pk]):
        return None
    at = at or timezone.now()
    ticket = _ticket_of(response)
    if response.state != ResponseState.CONFIRMED:
        if ticket is not None:
            discards.resolve_discarded(ticket, at, waits=response.state == ResponseState.PROVISIONAL)
        elif (followed := _followed_ticket(response)) is not None:
            second_score.take_away(followed, response, at)
    elif ticket is not None:
        changes.apply_changes(ticket, response, at)
    elif (followed := _followed_ticket(response)) is not None:
        second_score.bring_back(followed, response, at)
        changes.apply_answer_after_asking_again(followed, response, at)
        ticket = followed
        _log_the_call(ticket, response, at)
    else:
        ticket = _open_if_wanted(response, at)
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


def _open_if_wanted(response: Response, at: datetime) -> Ticket | None:
    """Open the ticket with the first score that wants one, and let it follow its answer from there."""
    if response.is_imported:
        return None
    scores = changes.scores_of(response)
    drawing = Drawing.of({response.survey_id: {now.score for now in scores}})
    plays = drawing.plays(response.survey_id)
    opens = {score for score, play in plays.items() if play.opens_ticket}
    first = opening_at(scores, opens, is_history=_is_history(response, plays[scores[0].score]))
    if first is None:
        return None
    drawn = drawing.draw(response, scores[first])
    plays = drawing.plays(response.survey_id, drawn)
    ticket = _open(response, plays[scores[first].score], scores[first], at=at)
    if drawn is not None:
        trials.record(ticket, drawn, response)
    changes.follow(ticket, response, scores[first + 1 :], plays, at)
    _log_the_call(ticket, response, at)
    return ticket


def _log_the_call(ticket: Ticket, response: Response, at: datetime) -> None:
    """The agent who took the answer by phone talked with the customer: log that as a contact at that time."""
    agent = taken_by(response)
    if agent is None or ticket.status == TicketStatus.RESOLVED:
        return
    attempts.log_attempt(
        ticket_id=ticket.pk, by=agent, result=AttemptResult.REACHED, channel=AttemptChannel.PHONE,
        at=response.answered_at, now=at,
    )  # fmt: skip
    ticket.refresh_from_db()


def _is_history(response: Response, play: Play) -> bool:
    """Whether the answer was told of after its own deadline: by what is stored, and never by the time now."""
    if response.confirmed_at or is_surely_in_time(response, play):
        return False
    if play.hours_run == ClockRuns.ALWAYS:
        return True
    service = assignment.service_hours_for(response, play)
    return targets(hours_of_play(play), response.answered_at, service)[FIRST_CONTACT].due < response.recorded_at


@transaction.atomic
def open_by_hand(*, response_id: int, by: User) -> Ticket:
    """Open the ticket of a confirmed answer; its clocks run from now. Raises: AlreadyOpened, WrongState."""
    response = _lock(response_id)
    if response.state != ResponseState.CONFIRMED:
        raise WrongState("response", response.state, "a confirmed answer")
    if Ticket.objects.filter(response=response).exists():
        raise AlreadyOpened("response", response.pk, "an answer without a ticket")
    at = timezone.now()
    play = playbooks.plays_for(response.survey_id, {response.score})[response.score]
    last = changes.scores_of(response)[-1]
    ticket = _open(response, play, replace(last, at=at), at=at, by=by)
    announcements.take([response.pk])
    return ticket


def _open(response: Response, play: Play, begins: Scored, *, at: datetime, by: User | None = None) -> Ticket:
    """A new ticket of the play, whose clocks run from that score on."""
    manager = recipients.account_manager_of(response)
    routed = assignment.route(response, play, manager.user, at)
    rank = values.rank_of(response.contact_id)
    ticket = new_ticket(response, play, begins, routed, at=at, value_rank=rank, is_by_hand=by is not None)
    ticket.save()
    steps.add_steps(ticket, play, has_manager=bool(manager.address))
    kind = ActivityKind.OPENED_BY_HAND if by else ActivityKind.OPENED
    chain.append(ticket, kind, at=at, by=by, score=begins.score, play=play.pk, owner=ticket.owner_id)
    if routed.rule is not None:
        assignment.record(ticket, at, is_waiting=routed.is_waiting)
    notices.tell_owners([ticket], at=at, by=by)
    if steps.has_account_manager(play):
        mails.queue_account_manager(ticket, manager, at)
    return ticket


def _followed_ticket(response: Response) -> Ticket | None:
    if response.follows_id is None:
        return None
    return Ticket.objects.select_for_update(no_key=True).filter(response=response.follows_id).first()

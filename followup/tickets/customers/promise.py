"""What the thank-you page may promise to the customer: it fills a hook of surveys."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil

from followup.clocks.business_time import ALWAYS, Hours
from followup.clocks.calendars import runs_by_calendar
from followup.clocks.recompute import hours_of_play, target_of
from followup.clocks.score_history import Scored, opening_at
from followup.clocks.targets import FIRST_CONTACT, NEXT_REPLY, PlayHours, targets
from followup.models import Play, Ticket
from followup.playbooks import services as playbooks
from followup.playbooks.trials.drawing import plays_of_answer
from followup.routing import assignment
from followup.tickets import changes
from followup.tickets.decide import FirstContact, TicketState, decide
from surveys.hooks import Promise
from surveys.models import Response, ResponseState
from surveys.services.decisions import state_for_customer

HOUR = timedelta(hours=1)


def promise_of(response: Response) -> Promise | None:
    """The promise of contact within so many whole hours; None where there is none to make.

    It needs an answer that counts, a play that opens a ticket, and a customer who can be reached. The hours run from
    the customer's last change of the answer to the deadline that its ticket has, or will have. Of a ticket that is late
    the promise is what the play asks for. The page of a discarded answer says what it said before: its reader need not
    learn of the discard.
    """
    if response.is_imported or not response.can_be_reached or state_for_customer(response) != ResponseState.CONFIRMED:
        return None
    scores = changes.scores_of(response)
    plays = plays_of_answer(response, scores)
    play, since = plays[response.score], scores[-1].at
    if not play.opens_ticket or play.hours is None:
        return None
    is_by_calendar = runs_by_calendar(plays.values())
    service = assignment.service_hours_for(response, plays[scores[0].score]) if is_by_calendar else ALWAYS
    due = _due_of_ticket(response, scores[-1].change) or _due_by_plays(scores, plays, service)
    if due is None or due <= since:
        due = targets(hours_of_play(play), since, service)[FIRST_CONTACT].due
    return Promise(hours=ceil((due - since) / HOUR), offers_times=play.offers_call_slots)


def promise_for(survey_id: int, score: int, at: datetime) -> Promise | None:
    """The promise that a customer who can be reached would get for an answer at `at`, with no trait of their own."""
    play = playbooks.plays_for(survey_id, {score})[score]
    if not play.opens_ticket or play.hours is None:
        return None
    asked = Response(survey_id=survey_id, score=score)
    service = assignment.service_hours_for(asked, play) if runs_by_calendar([play]) else ALWAYS
    due = targets(hours_of_play(play), at, service)[FIRST_CONTACT].due
    return Promise(hours=ceil((due - at) / HOUR))


def has_seen(ticket: Ticket, response: Response) -> bool:
    """Whether a ticket knows the score of this answer, its own or one given after it and changed; a worker sees to it
    soon. No query for its own answer."""
    if ticket.response_id == response.pk:
        return ticket.answer_score == response.score
    return not response.changed_at or changes.last_seen_after_asking_again(ticket, response)[0] == response.score


def _due_of_ticket(response: Response, last_change: int) -> datetime | None:
    """When the ticket says that contact is due; None before it is there, and before it saw the last change."""
    ticket = Ticket.objects.filter(response=response).first()
    if ticket is None or (ticket.last_seen_change or 0) < last_change:
        return None
    if ticket.first_contact_at is None:
        return ticket.first_contact_due_at
    asked = target_of(ticket, NEXT_REPLY)
    return asked.due if asked else None


def _due_by_plays(scores: Sequence[Scored], plays: Mapping[int, Play], service: Hours) -> datetime | None:
    """When the ticket will say that contact is due: pure. It opens with one score and follows the later ones."""
    opens = {score for score, play in plays.items() if play.opens_ticket}
    first = opening_at(scores, opens, is_history=False)
    if first is None:
        return None
    hours = {score: hours_of_play(play) for score, play in plays.items()}
    in_force = hours[scores[first].score]
    due = _contact_due(in_force, scores[first], service)
    for before, now in pairwise(scores[first:]):
        ticket = TicketState(
            before.score, before.reach, has_contact_due=due is not None, play_has_hours=in_force.hours is not None
        )
        change = decide(ticket, now, hours)
        if change.first_contact is not FirstContact.UNCHANGED:
            due = _contact_due(in_force, now, service)
        if change.takes_play:
            in_force = hours[now.score]
            due = min((at for at in (due, _contact_due(in_force, now, service)) if at), default=None)
    return due


def _contact_due(play: PlayHours, now: Scored, service: Hours) -> datetime | None:
    asked = targets(play, now.at, service).get(FIRST_CONTACT)
    return asked.due if asked and now.reach else None

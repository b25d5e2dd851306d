"""A ticket as it is when it opens: made in memory, for opening.py, which stores one, and together.py, which many."""

from datetime import datetime
from decimal import Decimal

from followup.clocks import recompute
from followup.clocks.recompute import hours_of_play
from followup.clocks.score_history import Scored
from followup.clocks.targets import FIRST_CONTACT, targets
from followup.models import Calendar, Play, Ticket
from followup.models.ticket import NO_DEADLINE
from followup.routing.assignment import Routed
from surveys.models import Response


def is_surely_in_time(response: Response, play: Play) -> bool:
    """Whether the answer was told of before its own deadline by the hours of the clock; no query.

    Hours of service end no earlier than those.
    """
    first = targets(hours_of_play(play), response.answered_at).get(FIRST_CONTACT)
    return first is None or first.due >= response.recorded_at


def new_ticket(
    response: Response,
    play: Play,
    begins: Scored,
    routed: Routed,
    *,
    at: datetime,
    value_rank: Decimal,
    is_by_hand: bool = False,
    calendar: Calendar | None = None,
) -> Ticket:
    """The ticket of an answer, not stored, whose clocks run from that score on.

    `value_rank`: the customer's value, negated. `calendar`: that of its team, where it was read; without it at most two
    queries, for a play with hours of service.
    """
    ticket = Ticket(
        response=response,
        survey_id=response.survey_id,
        play=play,
        score=begins.score,
        answer_score=begins.score,
        last_seen_change=begins.change,
        priority=play.priority,
        owner=routed.owner,
        team_id=routed.team_id,
        routed_by=routed.rule,
        opened_at=at,
        is_by_hand=is_by_hand,
        can_be_reached=begins.reach,
        value_rank=value_rank,
        deadline=NO_DEADLINE,
        warn_at=NO_DEADLINE,
        clock_from=begins.at,
        calendar=calendar,
    )
    recompute.apply_play(ticket, begins.at, play)
    recompute.update_queue_position(ticket)
    return ticket

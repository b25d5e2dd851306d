"""Decides what a changed answer means for its ticket: plain values in, plain values out, no query and no clock.

changes.py calls it and carries the Change out; customers/promise.py calls it to foretell a ticket's deadline.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from followup.clocks.score_history import Direction, Scored, direction_of
from followup.clocks.targets import FIRST_CONTACT, NEXT_REPLY, PlayHours
from followup.models import ActivityKind
from surveys.scoring import HIGHEST_DETRACTOR


@dataclass(frozen=True, slots=True)
class TicketState:
    """What a decision needs to know of a ticket. `score`: that of its answer, as the ticket saw it last."""

    score: int
    can_be_reached: bool
    is_resolved: bool = False
    is_contacted: bool = False
    has_contact_due: bool = True  # whether a first contact is or was due
    play_has_hours: bool = True  # whether the play in force asks for a first contact


class FirstContact(Enum):
    """What happens to the first contact when the customer can, or can no longer, be reached."""

    UNCHANGED = "unchanged"
    STARTS = "starts"  # due from the change on
    FALLS_AWAY = "falls away"


@dataclass(frozen=True, slots=True)
class Change:
    """What one change of an answer does to a ticket; `at` is the time of that change.

    `reach`: whether the customer can be reached now; None where that did not change. `reopens`: a resolved ticket
    becomes unresolved. `asks_for`: the target of contact, FIRST_CONTACT or NEXT_REPLY, that the play of the new score
    adds; "" for none. `takes_play`: that play comes into force, with its steps. `restarts_clock`: the first contact
    counts from `at`. `answer_score`: the score that the ticket has seen now; None leaves it. `is_better`: True marks
    the ticket as better, False takes the mark away, None leaves it. `entry`: the kind of the history entry, with its
    codes in `data`; None for no entry. A change of `reach` has an entry besides.
    """

    at: datetime
    reach: bool | None = None
    first_contact: FirstContact = FirstContact.UNCHANGED
    reopens: bool = False
    asks_for: str = ""
    takes_play: bool = False
    restarts_clock: bool = False
    answer_score: int | None = None
    is_better: bool | None = None
    entry: ActivityKind | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def decide(ticket: TicketState, answer: Scored, plays: Mapping[int, PlayHours]) -> Change:
    """Decide what it means that the ticket's own answer becomes `answer`.

    A worse score within 0 to 6 changes the promise, and reopens a resolved ticket; any other score is only marked. When
    the customer can be reached again, the first contact is due from then on. `plays`: by score, at least of a worse
    score within 0 to 6.
    """
    is_reach_new = answer.reach != ticket.can_be_reached
    first_contact = _first_contact(ticket, answer) if is_reach_new else FirstContact.UNCHANGED
    direction = direction_of(ticket.score, answer.score)
    scores = {"old_score": ticket.score, "new_score": answer.score}
    reach = answer.reach if is_reach_new else None
    starts = first_contact is FirstContact.STARTS
    if direction is Direction.SAME:
        entry = None if is_reach_new else ActivityKind.ANSWER_CHANGED
        data = {} if is_reach_new else {"score": ticket.score, **_kept(answer)}
        return Change(answer.at, reach, first_contact, ticket.is_resolved and starts, entry=entry, data=data)
    if direction is not Direction.WORSE:
        is_better = direction is Direction.BETTER
        return Change(
            answer.at,
            reach,
            first_contact,
            ticket.is_resolved and starts,
            answer_score=answer.score,
            is_better=True if is_better else None,
            entry=ActivityKind.ANSWER_BETTER if is_better else ActivityKind.ANSWER_WORSE,
            data=scores,
        )
    has_contact_due = starts or (ticket.has_contact_due and first_contact is not FirstContact.FALLS_AWAY)
    return Change(
        answer.at,
        reach,
        first_contact,
        ticket.is_resolved,
        asks_for=NEXT_REPLY if ticket.is_contacted else FIRST_CONTACT,
        takes_play=True,
        restarts_clock=not ticket.is_contacted
        and not has_contact_due
        and answer.reach
        and bool(plays[answer.score].hours),
        answer_score=answer.score,
        is_better=False,
        entry=ActivityKind.ANSWER_WORSE,
        data=scores,
    )


def _first_contact(ticket: TicketState, answer: Scored) -> FirstContact:
    if ticket.is_contacted:
        return FirstContact.UNCHANGED
    if not answer.reach:
        return FirstContact.FALLS_AWAY
    return FirstContact.STARTS if ticket.play_has_hours else FirstContact.UNCHANGED


def decide_asked_again(ticket: TicketState, before: int | None, answer: Scored, response_id: int) -> Change:
    """Decide what a score means in an answer that the customer gave when asked again after this ticket.

    `before`: the score of that answer which the ticket saw last; None when it saw none. A first score within 0 to 6, or
    a worse one, reopens a resolved ticket and asks for a contact; the ticket's own play stays in force. Any other score
    is only marked. `response_id`: the id of that answer, for the entry.
    """
    data = {"response": response_id, "score": answer.score, "change": answer.change}
    if before is None:
        direction = Direction.WORSE if answer.score <= HIGHEST_DETRACTOR else Direction.BETTER
    else:
        direction = direction_of(before, answer.score)
    if direction is Direction.WORSE:
        is_first_due = not ticket.is_contacted and ticket.has_contact_due
        asks_for = FIRST_CONTACT if is_first_due else NEXT_REPLY
        entry = ActivityKind.ASKED_AGAIN
        reopens = ticket.is_resolved
        return Change(answer.at, reopens=reopens, asks_for=asks_for, is_better=False, entry=entry, data=data)
    if direction is Direction.BETTER:
        return Change(answer.at, is_better=True, entry=ActivityKind.ANSWER_BETTER, data=data)
    if direction is Direction.SAME:
        return Change(answer.at, entry=ActivityKind.ANSWER_CHANGED, data=data | _kept(answer))
    return Change(answer.at, entry=ActivityKind.ANSWER_WORSE, data=data)


def _kept(answer: Scored) -> dict[str, bool]:
    """What an entry of a change that touched neither score nor comment says besides."""
    return {"keeps_comment": True} if answer.keeps_comment else {}

"""Carries out on a ticket what the changes of its answer mean; followup.tickets.decide decides.

The changes that the ticket has not seen are taken in their order, so the ticket ends as if each had been looked at when
it came: 3, 9 and 3 again reopens a resolved ticket however late the worker is.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from followup.clocks import recompute
from followup.clocks.recompute import hours_of_play
from followup.clocks.score_history import Scored
from followup.history import chain
from followup.models import Activity, ActivityKind, NoticeKind, Play, StepKind, Ticket
from followup.notices import services as notices
from followup.notify import mails, recipients
from followup.notify.cover import Cover
from followup.playbooks.trials import drawing
from followup.tickets import discards, steps
from followup.tickets.decide import Change, FirstContact, TicketState, decide, decide_asked_again
from surveys.models import Response
from surveys.scoring import HIGHEST_DETRACTOR


def scores_of(response: Response) -> list[Scored]:
    """The answer as it was from the first time on, oldest first; at most two queries."""
    rows = list(response.changes.order_by("id")) if response.changed_at else []
    first = rows[0].old_score if rows else response.score
    reach = [row.old_can_be_reached for row in rows]
    reached = [response.can_be_reached if known is None else known for known in [*reach, response.can_be_reached]]
    since = response.counts_from
    comments = [*(row.old_comment for row in rows), response.comment]
    later = (
        Scored(max(row.at, since), row.new_score, reached[n], row.pk, comments[n] == row.old_comment)
        for n, row in enumerate(rows, start=1)
    )
    return [Scored(since, first, reached[0]), *later]


def apply_changes(ticket: Ticket, response: Response, at: datetime) -> None:
    """Carry out what happened to the answer since the ticket last looked; both rows are locked."""
    discards.bring_back(ticket, at)
    scores = _unseen(ticket, response, at)
    follow(ticket, response, scores, _plays_of_detractors(ticket, response, scores), at)


def follow(
    ticket: Ticket, response: Response, scores: Sequence[Scored], plays: Mapping[int, Play], at: datetime
) -> None:
    """Let a locked ticket follow its answer through these scores, in their order.

    `plays`: by score, at least of the scores 0 to 6 among them. `at`: the time of looking.
    """
    hours = {score: hours_of_play(play) for score, play in plays.items()}
    for now in scores:
        carry_out(ticket, response, decide(state_of(ticket), now, hours), plays.get(now.score), at)
    if scores and scores[-1].change != ticket.last_seen_change:
        ticket.last_seen_change = scores[-1].change
        ticket.save(update_fields=["last_seen_change"])


def state_of(ticket: Ticket) -> TicketState:
    """What a decision needs to know of the ticket. One query, unless its play was read before."""
    return TicketState(
        score=ticket.answer_score,
        can_be_reached=ticket.can_be_reached,
        is_resolved=ticket.is_resolved,
        is_contacted=ticket.first_contact_at is not None,
        has_contact_due=ticket.first_contact_due_at is not None,
        play_has_hours=ticket.play.hours is not None,
    )


def _plays_of_detractors(ticket: Ticket, response: Response, scores: Sequence[Scored]) -> dict[int, Play]:
    unhappy = {now.score for now in scores if now.score <= HIGHEST_DETRACTOR}
    return drawing.plays_of_ticket(ticket, response.survey_id, unhappy) if unhappy else {}


def _unseen(ticket: Ticket, response: Response, at: datetime) -> list[Scored]:
    """The scores of the answer that the ticket has not seen yet, oldest first.

    A release that does not store what it saw may have looked meanwhile: scores up to the one that the ticket knows are
    left out. A difference without a change of the answer, such as a customer who was recognised, comes last.
    """
    everything = scores_of(response)
    newer = [n for n, now in enumerate(everything) if now.change > (ticket.last_seen_change or 0)]
    follows = [n for n in newer if everything[n - 1].score == ticket.answer_score]
    start = (follows[-1] if ticket.last_seen_change is None else follows[0]) if follows else len(everything)
    found = everything[start:]
    known = (found[-1].score, found[-1].reach) if found else (ticket.answer_score, ticket.can_be_reached)
    if known != (response.score, response.can_be_reached):
        last = everything[-1].change
        found.append(Scored(response.changed_at or at, response.score, response.can_be_reached, last))
    return found


def apply_answer_after_asking_again(ticket: Ticket, response: Response, at: datetime) -> None:
    """Carry out what the customer's answer means when they were asked again after this ticket; both rows are locked.

    Each change of that answer counts as those of the first answer do.
    """
    before, seen = last_seen_after_asking_again(ticket, response)
    scores = [now for now in scores_of(response) if before is None or now.change > seen]
    plays = _plays_of_detractors(ticket, response, scores)
    for now in scores:
        change = decide_asked_again(state_of(ticket), before, now, response.pk)
        carry_out(ticket, response, change, plays.get(now.score), at)
        before = now.score


def last_seen_after_asking_again(ticket: Ticket, response: Response) -> tuple[int | None, int]:
    """The score that the ticket saw last of that answer, None if it saw none, and the id of its change.

    At most two queries. An entry of an earlier release does not say which change it saw: all but the last one.
    """
    entries = Activity.objects.filter(ticket=ticket, data__response=response.pk)
    data = entries.order_by("-number").values_list("data", flat=True).first()
    if data is None:
        return None, 0
    if "change" in data:
        return data["score"], data["change"]
    last = response.changes.order_by("-id").values_list("pk", flat=True).first() if response.changed_at else None
    return data["score"], last - 1 if last else 0


def carry_out(ticket: Ticket, response: Response, change: Change, play: Play | None, at: datetime) -> None:
    """Change a locked ticket as was decided, and append that to its history.

    `play`: of the new score, for a change that asks for a contact. `at`: the time of looking; deadlines count from the
    time of the change itself, so a late worker gives the company no more time.
    """
    if change.reach is not None:
        _carry_out_reach(ticket, change, change.reach, at)
    if change.asks_for:
        if play is None:
            raise ValueError("a change that asks for a contact needs the play of its score")
        _carry_out_play(ticket, response, change, play, at)
        return
    if change.answer_score is not None or change.is_better is not None:
        _mark(ticket, change)
        ticket.save(update_fields=["answer_score", "improved_at"])
    if change.entry is not None:
        chain.append(ticket, change.entry, at=at, **change.data)


def _carry_out_reach(ticket: Ticket, change: Change, reach: bool, at: datetime) -> None:
    """What the customer was promised before is owed: a resolved ticket is taken up again."""
    ticket.can_be_reached = reach
    was: dict[str, Any] = {}
    if change.first_contact is FirstContact.FALLS_AWAY:
        recompute.drop_first_contact(ticket)
    elif change.first_contact is FirstContact.STARTS:
        was = _reopen(ticket, change)
        recompute.start_first_contact(ticket, change.at)
    recompute.update_queue_position(ticket)
    ticket.save()
    chain.append(ticket, ActivityKind.REACH_CHANGED, at=at, can_be_reached=reach, **was)


def _carry_out_play(ticket: Ticket, response: Response, change: Change, play: Play, at: datetime) -> None:
    """The targets of the play are applied, each where it is earlier than what the ticket has; the owner is told."""
    was = _reopen(ticket, change)
    if change.restarts_clock:
        ticket.clock_from = change.at
    recompute.apply_play(ticket, change.at, play, contact=change.asks_for)
    if change.takes_play:
        ticket.play, ticket.score, ticket.priority = play, play.score, play.priority
    _mark(ticket, change)
    recompute.update_queue_position(ticket)
    ticket.save()
    if change.takes_play:
        _take_steps(ticket, response, change, play, at, was)
    elif change.entry is not None:
        chain.append(ticket, change.entry, at=at, **change.data, **was)
    if ticket.opened_at < at:  # of a ticket that opens now they are told that it is theirs
        _tell_owner(ticket, at)


def _tell_owner(ticket: Ticket, at: datetime) -> None:
    """Tell the owner, or who stands in: they may have thought that the ticket was done, or nearly so."""
    if ticket.owner is not None and not ticket.owner.is_service:
        notices.tell(Cover(at).answering([ticket.owner], ticket), NoticeKind.WORSE, ticket=ticket, at=at)


def _take_steps(
    ticket: Ticket, response: Response, change: Change, play: Play, at: datetime, was: dict[str, Any]
) -> None:
    """Done steps stay, and the new play's are added; the account manager is mailed once for a ticket."""
    before = list(ticket.steps.all())
    open_kinds = frozenset(step.kind for step in before if step.done_at is None)
    was_told = any(step.kind == StepKind.ACCOUNT_MANAGER for step in before)
    manager = recipients.account_manager_of(response)
    steps.add_steps(
        ticket,
        play,
        has_manager=bool(manager.address),
        after=max((step.position for step in before), default=0),
        without=open_kinds | ({StepKind.ACCOUNT_MANAGER.value} if was_told else set()),
    )
    if change.entry is not None:
        chain.append(ticket, change.entry, at=at, **change.data, **was, play=play.pk)
    if steps.has_account_manager(play) and not was_told:
        mails.queue_account_manager(ticket, manager, at)


def _mark(ticket: Ticket, change: Change) -> None:
    if change.answer_score is not None:
        ticket.answer_score = change.answer_score
    if change.is_better is not None:
        ticket.improved_at = change.at if change.is_better else None


def _reopen(ticket: Ticket, change: Change) -> dict[str, Any]:
    """Returns: for the entry, the outcome that a ticket had which is open again now."""
    if not (change.reopens and ticket.is_resolved):
        return {}
    was = {"was": ticket.outcome}
    recompute.reopen(ticket, change.at)
    return was

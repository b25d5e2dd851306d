"""What a changed answer does to the ticket it has, change by change: worse changes the promise, better is only marked.

Each change of the answer that nobody has looked at yet is taken in its order, so the ticket ends as if each had been
looked at when it came: 3, 9 and 3 again reopens a resolved ticket however late the worker is.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from followup.clocks import recompute
from followup.clocks.score_history import Change, Scored, change_of
from followup.clocks.targets import FIRST_CONTACT, NEXT_REPLY
from followup.history import chain
from followup.models import Activity, ActivityKind, StepKind, Ticket
from followup.notify import mails, recipients
from followup.playbooks import services as playbooks
from followup.tickets import discards, steps
from surveys.models import Response
from surveys.scoring import HIGHEST_DETRACTOR


def scores_of(response: Response) -> list[Scored]:
    """The answer as it was from the first time on, oldest first; at most two queries."""
    rows = list(response.changes.order_by("id")) if response.changed_at else []
    first = rows[0].old_score if rows else response.score
    reach = [row.old_can_be_reached for row in rows]
    reached = [response.can_be_reached if known is None else known for known in [*reach, response.can_be_reached]]
    since = response.counts_from
    later = (Scored(max(row.at, since), row.new_score, reached[n], row.pk) for n, row in enumerate(rows, start=1))
    return [Scored(since, first, reached[0]), *later]


def apply_changes(ticket: Ticket, response: Response, at: datetime) -> None:
    """Carry out what happened to the answer since the ticket last looked; both rows are locked."""
    discards.bring_back(ticket, at)
    carry_out(ticket, response, _unseen(ticket, response, at), at)


def carry_out(ticket: Ticket, response: Response, scores: Sequence[Scored], at: datetime) -> None:
    """Let the ticket follow its answer through these scores, in their order."""
    for now in scores:
        _follow(ticket, response, now, at)
    if scores and scores[-1].change != ticket.last_seen_change:
        ticket.last_seen_change = scores[-1].change
        ticket.save(update_fields=["last_seen_change"])


def _unseen(ticket: Ticket, response: Response, at: datetime) -> list[Scored]:
    """What the ticket has not seen yet.

    A release that does not write down what it saw may have looked meanwhile: what led to the score that the ticket
    knows is left out. What no change tells of, such as a customer who was recognised, comes last.
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


def _follow(ticket: Ticket, response: Response, now: Scored, at: datetime) -> None:
    reach_changed = _follow_reach(ticket, now, at)
    before = ticket.answer_score
    change = change_of(before, now.score)
    if change is Change.SAME:
        if not reach_changed:
            chain.append(ticket, ActivityKind.ANSWER_CHANGED, at=at, score=before)
    elif change is Change.WORSE:
        _worsen(ticket, response, now, at)
    else:
        ticket.answer_score = now.score
        if change is Change.BETTER:
            ticket.improved_at = now.at
        ticket.save(update_fields=["answer_score", "improved_at"])
        kind = ActivityKind.ANSWER_BETTER if change is Change.BETTER else ActivityKind.ANSWER_WORSE
        chain.append(ticket, kind, at=at, old_score=before, new_score=now.score)


def _follow_reach(ticket: Ticket, now: Scored, at: datetime) -> bool:
    """The customer said how to reach them, or took that back: the clock starts then, or falls away.

    False when nothing changed in that. What they were promised is owed, so a resolved ticket is taken up again.
    """
    if now.reach == ticket.can_be_reached:
        return False
    ticket.can_be_reached = now.reach
    if ticket.first_contact_at is None and not ticket.can_be_reached:
        recompute.drop_first_contact(ticket)
    elif ticket.first_contact_at is None and ticket.play.hours is not None:
        _reopen(ticket, now.at)
        recompute.start_first_contact(ticket, now.at)
    recompute.update_queue_position(ticket)
    ticket.save()
    chain.append(ticket, ActivityKind.REACH_CHANGED, at=at, can_be_reached=ticket.can_be_reached)
    return True


def _worsen(ticket: Ticket, response: Response, now: Scored, at: datetime) -> None:
    """The answer became worse: same ticket, reopened if resolved; done steps stay, the new play's are added.

    The deadline is the earlier of the old one and the change + the new hours; with the customer contacted already, the
    same goes for the next reply.
    """
    play = playbooks.plays_for(response.survey_id, {now.score})[now.score]
    before = ticket.answer_score
    _reopen(ticket, now.at)
    if ticket.first_contact_at is None and ticket.first_contact_due_at is None and ticket.can_be_reached and play.hours:
        ticket.clock_from = now.at
    recompute.apply_play(ticket, now.at, play, contact=FIRST_CONTACT if ticket.first_contact_at is None else NEXT_REPLY)
    ticket.play, ticket.score, ticket.answer_score = play, now.score, now.score
    ticket.priority, ticket.improved_at = play.priority, None
    recompute.update_queue_position(ticket)
    ticket.save()
    steps_before = list(ticket.steps.all())
    open_kinds = frozenset(step.kind for step in steps_before if step.done_at is None)
    was_told = any(step.kind == StepKind.ACCOUNT_MANAGER for step in steps_before)
    manager = recipients.account_manager_of(response.contact)
    steps.add_steps(
        ticket,
        play,
        has_manager=bool(manager.address),
        after=max((step.position for step in steps_before), default=0),
        without=open_kinds | ({StepKind.ACCOUNT_MANAGER.value} if was_told else set()),
    )
    chain.append(ticket, ActivityKind.ANSWER_WORSE, at=at, old_score=before, new_score=now.score, play=play.pk)
    if steps.has_account_manager(play) and not was_told:
        mails.queue_account_manager(ticket, manager, at)


def apply_answer_after_asking_again(ticket: Ticket, response: Response, at: datetime) -> None:
    """Asked again, an unhappy customer reopens the ticket that led to asking; a happier one is marked on it.

    Each change of that answer counts as those of the first answer do.
    """
    before, seen = _last_seen_after_asking_again(ticket, response)
    for now in scores_of(response):
        if before is not None and now.change <= seen:
            continue
        change = change_of(before, now.score) if before is not None else None
        data: dict[str, Any] = {"response": response.pk, "score": now.score, "change": now.change}
        if change is Change.WORSE or (change is None and now.score <= HIGHEST_DETRACTOR):
            _still_unhappy(ticket, response, now, at, data)
        elif change is Change.SAME:
            chain.append(ticket, ActivityKind.ANSWER_CHANGED, at=at, **data)
        elif change is Change.LESS_HAPPY:
            chain.append(ticket, ActivityKind.ANSWER_WORSE, at=at, **data)
        else:
            ticket.improved_at = now.at
            ticket.save(update_fields=["improved_at"])
            chain.append(ticket, ActivityKind.ANSWER_BETTER, at=at, **data)
        before = now.score


def _last_seen_after_asking_again(ticket: Ticket, response: Response) -> tuple[int | None, int]:
    """The score of that answer and its change that the ticket saw last; no score when it saw none. Two queries at most.

    An entry of an earlier release does not say which change it saw: all but the last one.
    """
    entries = Activity.objects.filter(ticket=ticket, data__response=response.pk)
    data = entries.order_by("-number").values_list("data", flat=True).first()
    if data is None:
        return None, 0
    if "change" in data:
        return data["score"], data["change"]
    last = response.changes.order_by("-id").values_list("pk", flat=True).first() if response.changed_at else None
    return data["score"], last - 1 if last else 0


def _still_unhappy(ticket: Ticket, response: Response, now: Scored, at: datetime, data: dict[str, Any]) -> None:
    play = playbooks.plays_for(response.survey_id, {now.score})[now.score]
    _reopen(ticket, now.at)
    is_first = ticket.first_contact_at is None and ticket.first_contact_due_at is not None
    recompute.apply_play(ticket, now.at, play, contact=FIRST_CONTACT if is_first else NEXT_REPLY)
    recompute.update_queue_position(ticket)
    ticket.save()
    chain.append(ticket, ActivityKind.ASKED_AGAIN, at=at, **data)


def _reopen(ticket: Ticket, at: datetime) -> None:
    """At the time of the answer, not of the look at it: a late worker gives the resolution no more time."""
    if ticket.is_resolved:
        recompute.reopen(ticket, at)

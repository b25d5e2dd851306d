"""What a changed answer means for its ticket, case by case; the database is not asked."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from followup.clocks.score_history import Scored
from followup.clocks.targets import FIRST_CONTACT, NEXT_REPLY, PlayHours
from followup.models import ActivityKind
from followup.tickets.decide import Change, FirstContact, TicketState, decide, decide_asked_again

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
PLAYS = {score: PlayHours(24) for score in range(7)}
OPEN = TicketState(score=5, can_be_reached=True)
RESOLVED = replace(OPEN, is_resolved=True, is_contacted=True)
UNREACHABLE = replace(OPEN, can_be_reached=False, has_contact_due=False)


def scores(old: int, new: int) -> dict[str, int]:
    return {"old_score": old, "new_score": new}


def worse(new: int, *, old: int = 5, **fields: Any) -> Change:
    """A worse answer of a detractor, as it is on an open ticket whose customer was not contacted."""
    plain = Change(
        AT, asks_for=FIRST_CONTACT, takes_play=True, answer_score=new, is_better=False,
        entry=ActivityKind.ANSWER_WORSE, data=scores(old, new),
    )  # fmt: skip
    return replace(plain, **fields)


def better(new: int, *, old: int = 5, **fields: Any) -> Change:
    plain = Change(
        AT, answer_score=new, is_better=True, entry=ActivityKind.ANSWER_BETTER, data=scores(old, new)
    )  # fmt: skip
    return replace(plain, **fields)


REACHABLE: dict[str, Any] = {"reach": True, "first_contact": FirstContact.STARTS}
CASES: dict[str, tuple[TicketState, tuple[int, bool], Change]] = {
    "other words": (OPEN, (5, True), Change(AT, entry=ActivityKind.ANSWER_CHANGED, data={"score": 5})),
    "other words on a resolved ticket": (
        RESOLVED, (5, True), Change(AT, entry=ActivityKind.ANSWER_CHANGED, data={"score": 5})
    ),
    "worse": (OPEN, (2, True), worse(2)),
    "worse after the contact": (replace(OPEN, is_contacted=True), (2, True), worse(2, asks_for=NEXT_REPLY)),
    "worse on a resolved ticket": (RESOLVED, (2, True), worse(2, reopens=True, asks_for=NEXT_REPLY)),
    "worse on one resolved without a contact": (
        replace(OPEN, is_resolved=True), (2, True), worse(2, reopens=True)
    ),
    "worse where no contact was due": (
        replace(OPEN, has_contact_due=False), (2, True), worse(2, restarts_clock=True)
    ),
    "worse and still out of reach": (UNREACHABLE, (2, False), worse(2)),
    "worse and in reach at last": (UNREACHABLE, (2, True), worse(2, **REACHABLE)),
    "worse and out of reach now": (
        OPEN, (2, False), worse(2, reach=False, first_contact=FirstContact.FALLS_AWAY)
    ),
    "worse and in reach, by a play without hours": (
        replace(UNREACHABLE, play_has_hours=False), (2, True), worse(2, reach=True, restarts_clock=True)
    ),
    "back among the detractors": (replace(OPEN, score=9), (6, True), worse(6, old=9)),
    "less happy, and no detractor": (
        replace(OPEN, score=9),
        (7, True),
        Change(AT, answer_score=7, entry=ActivityKind.ANSWER_WORSE, data=scores(9, 7)),
    ),
    "better": (OPEN, (6, True), better(6)),
    "better on a resolved ticket": (RESOLVED, (9, True), better(9)),
    "better and in reach at last": (UNREACHABLE, (9, True), better(9, **REACHABLE)),
    "in reach at last": (UNREACHABLE, (5, True), Change(AT, **REACHABLE)),
    "in reach at last on a resolved ticket": (
        replace(UNREACHABLE, is_resolved=True), (5, True), Change(AT, **REACHABLE, reopens=True)
    ),
    "in reach at last, by a play without hours": (
        replace(UNREACHABLE, play_has_hours=False), (5, True), Change(AT, reach=True)
    ),
    "in reach after the contact": (
        replace(UNREACHABLE, is_contacted=True), (5, True), Change(AT, reach=True)
    ),
    "out of reach now": (OPEN, (5, False), Change(AT, reach=False, first_contact=FirstContact.FALLS_AWAY)),
    "out of reach after the contact": (replace(OPEN, is_contacted=True), (5, False), Change(AT, reach=False)),
}  # fmt: skip


@pytest.mark.parametrize(("ticket", "answer", "change"), CASES.values(), ids=CASES.keys())
def test_what_a_changed_answer_does(ticket: TicketState, answer: tuple[int, bool], change: Change) -> None:
    score, reach = answer
    assert decide(ticket, Scored(AT, score, reach), PLAYS) == change


def test_a_change_beside_score_and_comment_says_so() -> None:
    phone = Scored(AT, 4, reach=True, change=3, keeps_comment=True)
    for change in (decide(replace(OPEN, score=4), phone, PLAYS), decide_asked_again(OPEN, 4, phone, 7)):
        assert change.entry == ActivityKind.ANSWER_CHANGED
        assert change.data["keeps_comment"] is True


def test_a_play_without_hours_restarts_no_clock() -> None:
    change = decide(replace(OPEN, has_contact_due=False), Scored(AT, 2, reach=True), {2: PlayHours(None)})
    assert change == worse(2)


DATA = {"response": 7, "score": 4, "change": 3}
STILL_UNHAPPY = Change(AT, asks_for=FIRST_CONTACT, is_better=False, entry=ActivityKind.ASKED_AGAIN, data=DATA)


@pytest.mark.parametrize(
    ("ticket", "before", "change"),
    [
        (OPEN, None, STILL_UNHAPPY),
        (OPEN, 5, STILL_UNHAPPY),
        (RESOLVED, None, replace(STILL_UNHAPPY, reopens=True, asks_for=NEXT_REPLY)),
        (replace(OPEN, has_contact_due=False), None, replace(STILL_UNHAPPY, asks_for=NEXT_REPLY)),
        (OPEN, 4, Change(AT, entry=ActivityKind.ANSWER_CHANGED, data=DATA)),
        (OPEN, 2, Change(AT, is_better=True, entry=ActivityKind.ANSWER_BETTER, data=DATA)),
        (RESOLVED, 2, Change(AT, is_better=True, entry=ActivityKind.ANSWER_BETTER, data=DATA)),
    ],
)
def test_what_an_answer_of_a_detractor_does_when_asked_again(
    ticket: TicketState, before: int | None, change: Change
) -> None:
    assert decide_asked_again(ticket, before, Scored(AT, 4, reach=True, change=3), 7) == change


@pytest.mark.parametrize(
    ("before", "kind", "is_better"),
    [(None, "answer_better", True), (9, "answer_worse", None), (8, "answer_changed", None), (7, "answer_better", True)],
)
def test_what_a_happier_answer_does_when_asked_again(before: int | None, kind: str, is_better: bool | None) -> None:
    change = decide_asked_again(RESOLVED, before, Scored(AT, 8, reach=True), 7)
    assert (change.entry, change.is_better, change.reopens, change.asks_for) == (kind, is_better, False, "")

"""What the history of a ticket says of each kind of entry."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from followup.models import Activity, ActivityKind, Step
from followup.presentation.history_texts import TEXTS, Describer
from tests.factories import make_user

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
UNTIL = {"until": "2026-11-21T09:30:00+00:00"}
STEP = Step(pk=5, kind="call", texts={"en": "Call the shop"})


def what(kind: str, data: dict[str, Any], steps: tuple[Step, ...] = (STEP,)) -> str:
    activity = Activity(kind=kind, data=data, at=NOW, number=1)
    with time_machine.travel(NOW, tick=False):
        return Describer([activity], steps, NOW).entry(activity).what


def test_each_kind_has_its_texts() -> None:
    assert set(TEXTS) == set(ActivityKind.values)


@pytest.mark.parametrize("kind", ActivityKind.values)
def test_each_kind_can_be_said_of_an_entry_without_data(kind: str) -> None:
    if kind != ActivityKind.ATTEMPT:  # which always has its result
        assert what(kind, {}).startswith(str(ActivityKind(kind).label))


def test_a_kind_of_a_later_release_is_named_by_its_code() -> None:
    assert what("teleported", {"score": 3}) == "teleported"


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("opened", {"score": 3}, "Opened: score 3"),
        ("answer_worse", {"old_score": 5, "new_score": 2}, "The answer became worse: from 5 to 2"),
        ("answer_better", {"old_score": 2, "new_score": 9}, "The answer became better: from 2 to 9"),
        ("answer_better", {"response": 1, "score": 9, "change": 0}, "Asked again: score 9"),
        ("answer_worse", {"response": 1, "score": 7, "change": 2}, "Asked again: score 7"),
        (
            "answer_changed", {"response": 1, "score": 7, "change": 2},
            "The comment changed that was given when asked again",
        ),
        ("answer_changed", {"score": 3}, "The comment changed"),
        (
            "answer_changed", {"score": 3, "keeps_comment": True},
            "The customer gave other details, such as a phone number",
        ),
        ("attempt", {"result": "reached", "channel": "phone"}, "Contact attempt: Reached, Phone"),
        ("step_undone", {"step": 5}, "Step taken back: Call the shop"),
        ("step_done", {"step": 5, "amount": "20.00", "currency": "EUR"}, "Step done: Call the shop, 20.00 EUR"),
        ("step_done", {"step": 5, "step_kind": "compensation", "amount": "20.00", "currency": "EUR"}, "Gave 20.00 EUR"),
        ("step_done", {"step": 99}, "Step done"),
        ("waiting", UNTIL, "Waiting: until tomorrow 09:30"),
        ("promise_made", UNTIL, "Promised: by tomorrow 09:30"),
        ("promise_moved", UNTIL, "Promise moved: by tomorrow 09:30"),
        ("promise_kept", UNTIL, "Promise kept"),
        ("resolved", {"outcome": "kept"}, "Resolved: Stayed"),
    ],
)  # fmt: skip
def test_what_happened_with_its_codes_in_words(kind: str, data: dict[str, Any], words: str) -> None:
    assert what(kind, data) == words


@pytest.mark.django_db
def test_people_are_called_by_name() -> None:
    bea = make_user("bea")
    assert what("assigned", {"owner": bea.pk}) == f"Handed over: {bea}"
    assert what("note", {"mentions": [bea.pk, bea.pk + 1]}) == f"Note: for {bea}"
    assert what("claimed", {"owner": bea.pk}) == "Claimed"

"""Deadlines, warnings, the state of a clock, and what counts as a contact: arithmetic alone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup import deadlines
from followup.clocks.business_time import ALWAYS
from followup.clocks.first_contact import counts_as_contact
from followup.clocks.targets import (
    FIRST_CONTACT,
    RESOLUTION,
    WAITING,
    PlayHours,
    Standstill,
    Target,
    targets,
    warning,
    with_standstills,
)

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
times = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize("hours", [24, 48])
@pytest.mark.parametrize(
    "start",
    [
        datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/Copenhagen")),  # the night that has no 02:30
        datetime(2026, 10, 24, 12, tzinfo=ZoneInfo("Europe/Copenhagen")),  # the night that has 02:30 twice
        AT,
    ],
)
def test_a_day_is_24_hours_through_every_night(start: datetime, hours: int) -> None:
    target = targets(PlayHours(hours), start)[FIRST_CONTACT]
    assert target.due.timestamp() - start.timestamp() == hours * 3600
    assert target.warn_at.timestamp() - start.timestamp() == 0.75 * hours * 3600


def test_a_play_without_hours_has_no_target() -> None:
    assert targets(PlayHours(None), AT) == {}
    assert set(targets(PlayHours(None, solve_hours=8), AT)) == {RESOLUTION}


def test_the_warning_comes_with_a_share_of_the_time_left() -> None:
    assert warning(AT, AT + 24 * HOUR, 0.25) == AT + 18 * HOUR
    assert warning(AT, AT + 24 * HOUR, 0.5) == AT + 12 * HOUR
    assert warning(AT, AT - HOUR, 0.25) == AT - HOUR


def test_a_standstill_moves_a_target_by_its_length_and_no_broken_one() -> None:
    target = targets(PlayHours(None, solve_hours=10), AT)[RESOLUTION]
    waited = [Standstill(WAITING, AT + 2 * HOUR, AT + 5 * HOUR), Standstill("closed", AT + 12 * HOUR, AT + 20 * HOUR)]
    moved = with_standstills(target, waited, ALWAYS, 100 * HOUR)
    assert (moved.due, moved.warn_at) == (AT + 21 * HOUR, AT + 18.5 * HOUR)
    assert with_standstills(target, waited[:1], ALWAYS, HOUR).due == AT + 11 * HOUR, "waiting has a limit"
    late = [*waited, Standstill(WAITING, AT + 21 * HOUR, AT + 30 * HOUR)]
    assert with_standstills(target, late, ALWAYS, 100 * HOUR) == moved, "what is broken stays broken"
    assert Target.from_json(RESOLUTION, moved.to_json()) == moved


@given(times, times, st.floats(0, 1))
def test_a_warning_is_never_after_its_deadline(start: datetime, due: datetime, share: float) -> None:
    warned = warning(start, due, share)
    assert warned <= due
    assert warned >= min(start, due)


DUE = AT + 24 * HOUR
WARN = AT + 18 * HOUR


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (AT, "on_time"),
        (WARN - SECOND, "on_time"),
        (WARN, "due_soon"),
        (DUE - SECOND, "due_soon"),
        (DUE, "due_soon"),
        (DUE + SECOND, "overdue"),
        (DUE + 9000 * HOUR, "overdue"),
    ],
)
def test_a_running_clock_is_read_from_the_times_alone(at: datetime, state: str) -> None:
    assert deadlines.due_state(at=at, due_at=DUE, warn_at=WARN, contacted_at=None, resolved_at=None) == state


@pytest.mark.parametrize(
    ("contacted_at", "resolved_at", "state"),
    [
        (DUE, None, "met"),
        (DUE + SECOND, None, "missed"),
        (AT, DUE + HOUR, "met"),
        (None, AT, "missed"),
        (None, DUE + HOUR, "missed"),
    ],
)
def test_a_clock_that_stopped_is_met_or_missed(
    contacted_at: datetime | None, resolved_at: datetime | None, state: str
) -> None:
    clock = {"due_at": DUE, "warn_at": WARN, "contacted_at": contacted_at, "resolved_at": resolved_at}
    assert deadlines.due_state(at=AT, **clock) == deadlines.due_state(at=DUE + 90 * HOUR, **clock) == state


def test_no_clock_has_no_state() -> None:
    assert deadlines.due_state(at=AT, due_at=None, warn_at=None, contacted_at=AT, resolved_at=AT) is None


@pytest.mark.parametrize(
    ("result", "channel", "contact_by", "has_phone", "has_called", "counts"),
    [
        *(("reached", channel, by, True, False, True) for channel in ("phone", "email", "in_person", "other")
          for by in ("person_or_phone", "phone_else_email", "email")),
        *((result, "phone", by, True, True, False) for result in ("voicemail", "no_answer", "wrong_number", "sent")
          for by in ("person_or_phone", "phone_else_email", "email")),
        ("sent", "email", "email", True, False, True),
        ("sent", "other", "email", True, False, False),
        ("sent", "email", "person_or_phone", False, True, False),
        ("sent", "email", "phone_else_email", True, False, False),
        ("sent", "email", "phone_else_email", True, True, True),
        ("sent", "email", "phone_else_email", False, False, True),
        ("voicemail", "email", "email", False, False, False),
    ],
)  # fmt: skip
def test_what_counts_as_the_first_contact(
    result: str, channel: str, contact_by: str, has_phone: bool, has_called: bool, counts: bool
) -> None:
    assert counts is counts_as_contact(
        result=result, channel=channel, contact_by=contact_by, has_phone=has_phone, has_called=has_called
    )

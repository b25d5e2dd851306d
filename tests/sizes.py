"""How large a test is: small enough for `make test`, and at full size in `make faults`."""

import os

FULL = os.environ.get("WINBACK_TEST_FULL_SIZE") == "1"
# What `make faults` runs again at full size, from the root of the checkout.
TESTS = [
    "tests/faults/test_asking.py",
    "tests/faults/test_at_once.py::test_whatever_they_do_at_once_nothing_is_lost_or_told_twice",
    "tests/faults/test_promises.py::test_two_beats_and_many_workers_tell_each_stage_once_while_the_clock_is_changed",
    "tests/followup/conversations/test_slots_at_once.py",
    "tests/followup/desk/test_flood.py::test_a_flood_is_discarded_by_a_filter_and_undone",
    "tests/browser/test_every_page.py",
    "tests/browser/test_kept_forms.py",
    "tests/hostile/test_connections.py",
    "tests/nps_project/api/test_scopes.py",
    "tests/nps_project/embedded/test_run.py",
    "tests/surveys/campaigns/test_once.py",
    "tests/surveys/scanners/test_a_thousand.py",
    "tests/surveys/tallying/test_days.py",
    "tests/surveys/tallying/test_reading.py::TestBothWays",
    "tests/project/test_baseline.py::test_both_ways_leave_the_same",
    "tests/nps_project/operations/test_backup.py::test_a_backup_moves_to_an_older_server_and_from_it",
]


def sized(usual: int, full: int) -> int:
    """The number for this run."""
    return full if FULL else usual

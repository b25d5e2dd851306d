"""The health checks of an installation: their shapes, their list, and the function that runs them.

Apps add their checks in ready(); `manage.py doctor`, /readyz and /setup/system/ run them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Words = Any  # a lazy translation, or text


class State(StrEnum):
    """The state of a part: well, worth a look, or broken. The values are in the JSON of doctor and /readyz."""

    OK = "ok"
    LOOK = "look"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check found: the state, a message about it, and a hint what to do (empty when all is well)."""

    state: State
    message: Words
    hint: Words = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One check. It is left out while a part of `needs` is broken; with `asks_others` it may wait for a server."""

    part: str
    title: Words
    run: Callable[[], CheckResult]
    needs: tuple[str, ...] = ()
    asks_others: bool = False


CHECKS: list[Check] = []


def add(check: Check) -> None:
    """Add a check; it replaces a check of the same part."""
    CHECKS[:] = [known for known in CHECKS if known.part != check.part] + [check]


def run_checks(*, thoroughly: bool) -> list[tuple[Check, CheckResult]]:
    """Run all checks, in order; without `thoroughly` only those that ask no server but database and broker.

    A check whose needs are broken is left out. A check that raises gives the result BROKEN with the error.
    """
    results: list[tuple[Check, CheckResult]] = []
    broken: set[str] = set()
    for check in CHECKS:
        if broken & set(check.needs) or (check.asks_others and not thoroughly):
            continue
        try:
            result = check.run()
        except Exception as error:  # noqa: BLE001  (whatever is wrong, the other parts are still looked at)
            result = CheckResult(State.BROKEN, f"{type(error).__name__}: {error}".splitlines()[0][:200])
        if result.state == State.BROKEN:
            broken.add(check.part)
        results.append((check, result))
    return results

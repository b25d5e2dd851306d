"""What is looked at in an installation, and what was found: shapes and the list that other apps add to."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Words = Any  # a lazy translation, or text


class State(StrEnum):
    """How a part is: well, worth a look, or broken."""

    OK = "ok"
    LOOK = "look"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: what was seen there, and what to do about it (empty when it is well)."""

    state: State
    says: Words
    advice: Words = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """One look. `needs`: parts that must not be broken for it to make sense; `asks_others`: takes a while."""

    part: str
    title: Words
    look: Callable[[], Finding]
    needs: tuple[str, ...] = ()
    asks_others: bool = False


PROBES: list[Probe] = []


def add(probe: Probe) -> None:
    """Look at this too; a part that is known already is replaced."""
    PROBES[:] = [known for known in PROBES if known.part != probe.part] + [probe]


def look(*, thoroughly: bool) -> list[tuple[Probe, Finding]]:
    """Look at everything, in order; without `thoroughly` other servers than database and broker are left alone.

    A probe whose needs are broken is left out: what they say is the news. One that fails itself is a finding.
    """
    found: list[tuple[Probe, Finding]] = []
    broken: set[str] = set()
    for probe in PROBES:
        if broken & set(probe.needs) or (probe.asks_others and not thoroughly):
            continue
        try:
            finding = probe.look()
        except Exception as error:  # noqa: BLE001  (whatever is wrong, the other parts are still looked at)
            finding = Finding(State.BROKEN, f"{type(error).__name__}: {error}".splitlines()[0][:200])
        if finding.state == State.BROKEN:
            broken.add(probe.part)
        found.append((probe, finding))
    return found

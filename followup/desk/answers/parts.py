"""Parts of an answer's page that apps above the desk add; each reads what it shows itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nps_project.accounts.models import User
from surveys.models import Response


@dataclass(frozen=True, slots=True)
class Part:
    """One part, below what the customer said. `context` gives what `template` shows as `part`, None to draw nothing."""

    template: str
    context: Callable[[User, Response, datetime], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A part with what it shows."""

    template: str
    context: Mapping[str, Any]


_PARTS: list[Part] = []


def add(part: Part) -> None:
    """Add a part to the page, after those that are there; an app's ready() calls it."""
    _PARTS.append(part)


def drawn(user: User, answer: Response, at: datetime) -> list[Drawn]:
    """The parts that have something to show."""
    found = ((part, part.context(user, answer, at)) for part in _PARTS)
    return [Drawn(part.template, context) for part, context in found if context is not None]

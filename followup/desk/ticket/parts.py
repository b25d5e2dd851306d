"""Parts of a ticket's page that apps above the desk add, such as the conversation; each reads what it shows itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models.expressions import Combinable

from followup.models import Ticket
from nps_project.accounts.models import User


class Place(StrEnum):
    """Where on the page a part stands: with what the customer said, below it, or beside it, under the play."""

    SAID = "said"
    WORDS = "words"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Part:
    """One part. `context` gives what `template` shows as `part`, None to draw nothing; `annotations`: what the one
    query that reads the ticket looks for on its behalf, so that a ticket without it costs no query more."""

    place: Place
    template: str
    context: Callable[[User, Ticket, datetime], Mapping[str, Any] | None]
    annotations: Callable[[], Mapping[str, Combinable]] = dict


@dataclass(frozen=True, slots=True)
class Drawn:
    """A part with what it shows."""

    template: str
    context: Mapping[str, Any]


_PARTS: list[Part] = []


def add(part: Part) -> None:
    """Add a part to the page, after those that are there; an app's ready() calls it."""
    _PARTS.append(part)


def annotations() -> dict[str, Combinable]:
    """What the query of the ticket looks for, on behalf of every part."""
    return {name: found for part in _PARTS for name, found in part.annotations().items()}


def drawn(user: User, ticket: Ticket, at: datetime) -> dict[str, list[Drawn]]:
    """The parts that have something to show, by place."""
    found: dict[str, list[Drawn]] = {place.value: [] for place in Place}
    for part in _PARTS:
        context = part.context(user, ticket, at)
        if context is not None:
            found[part.place].append(Drawn(part.template, context))
    return found


def mail_panel(found: dict[str, list[Drawn]]) -> str:
    """Where on the page a mail is written, as the `mail_panel` of a part's context says; "" when none does."""
    contexts = (part.context for parts in found.values() for part in parts)
    return next((str(context["mail_panel"]) for context in contexts if context.get("mail_panel")), "")

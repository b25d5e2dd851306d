"""Hand over the work of people who are switched off; the app that has the work sets how."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from nps_project.accounts.models import Team, User


class HandOver(Protocol):
    """Gives a person's work to another one, to a team, or to nobody; where it is much, some of it."""

    def __call__(self, person: User, *, by: User, owner: User | None, team: Team | None) -> int: ...


@dataclass(frozen=True, slots=True)
class Work:
    """`counts`: how much of it each of these people, by id, has; `hand_over` returns how much was given."""

    counts: "Counts"
    hand_over: HandOver


class Counts(Protocol):
    def __call__(self, people: Collection[int]) -> dict[int, int]: ...


def _none(people: Collection[int]) -> dict[int, int]:
    return {}


def _nothing(person: User, *, by: User, owner: User | None, team: Team | None) -> int:
    return 0


_work = Work(_none, _nothing)


def set_work(work: Work) -> None:
    """Set the functions for people's work; the app that has it calls this once, in ready()."""
    global _work
    _work = work


def counts(people: Collection[int]) -> dict[int, int]:
    """How much work each of these people has, by id; without those who have none."""
    return _work.counts(people)


def hand_over(person: User, *, by: User, owner: User | None = None, team: Team | None = None) -> int:
    """Hand over a person's work, some of it where it is much. Returns: how much. Raises: ValidationError."""
    return _work.hand_over(person, by=by, owner=owner, team=team)

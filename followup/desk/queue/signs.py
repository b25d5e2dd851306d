"""What else waits for a person, above the queue: each app above the desk may add a line, without a query of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nps_project.accounts.models import User
from nps_project.common.together import Question


@dataclass(frozen=True, slots=True)
class Sign:
    """One line. `question` counts what this person is to see to, `words` says it, and it leads to `url`."""

    name: str
    question: Callable[[User], Question]
    words: Callable[[int], str]
    url: str


_SIGNS: list[Sign] = []


def add(sign: Sign) -> None:
    """Add a line, after those that are there; an app's ready() calls it."""
    _SIGNS.append(sign)


def questions(user: User) -> dict[str, Question]:
    """What `shown` needs to know."""
    return {f"sign {sign.name}": sign.question(user) for sign in _SIGNS}


def shown(answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Words and address of each line that has something to count, from the answers to `questions`."""
    counted = [(sign, int(answers[f"sign {sign.name}"])) for sign in _SIGNS]
    return [(sign.words(count), sign.url) for sign, count in counted if count]

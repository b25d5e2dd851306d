"""What the made-up colleagues write down about their calls, in the language of the customer; the texts: notes.json."""

import json
from pathlib import Path

from followup.demo.comments import ANY
from followup.models import Outcome

_NOTES = json.loads(Path(__file__).with_suffix(".json").read_text())
NOBODY_TO_CALL: dict[str, str] = _NOTES["nobody_to_call"]
# By language; those after a talk also by root cause, those at the end by outcome.
_PROMISED: dict[str, list[str]] = _NOTES["promised"]
_CALLED: dict[str, dict[str, list[str]]] = _NOTES["called"]
_OPEN_END: dict[str, list[str]] = _NOTES["open_end"]
_WAITING: dict[str, list[str]] = _NOTES["waiting"]
_SOLVED: dict[str, dict[str, list[str]]] = _NOTES["solved"]


def _pick(cards: list[str], number: int) -> str:
    """Neighbours get different ones; the same number gets the same one."""
    return cards[number * 7 % len(cards) if len(cards) % 7 else number % len(cards)]


def called(language: str, cause: str, number: int) -> str:
    """A note after a talk about a cause, on the answer with that number."""
    known = _CALLED[language]
    return _pick(known[cause] if cause in known and number % 2 else known[ANY], number // 2)


def solved(language: str, outcome: Outcome, number: int) -> str:
    """A note at the end of a ticket."""
    return _pick(_SOLVED[language][outcome], number)


def waiting(language: str, number: int) -> str:
    """The reason why a ticket waits."""
    return _pick(_WAITING[language], number)


def promised(language: str, number: int) -> str:
    """The words of a promise to a customer."""
    return _pick(_PROMISED[language], number)


def open_end(language: str, number: int) -> str:
    """A note after a contact that ended nothing yet."""
    return _pick(_OPEN_END[language], number)

"""Finds the mentions in a note: @first.last@example.com, or @ and a name. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

# An @ that does not stand inside an address or a word begins a mention.
_ADDRESS = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_MENTION = re.compile(rf"(?<![\w@.+-])@(?:(?P<address>{_ADDRESS})|(?=(?P<word>\w[\w'’-]*)))")


P = TypeVar("P")  # whatever stands for a person


@dataclass
class Found(Generic[P]):
    """Whom a note mentions: each person once, in the order of the note; the rest are words as typed."""

    people: list[P] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  # addresses of none of them
    ambiguous: list[str] = field(default_factory=list)  # names of several
    nobody: list[str] = field(default_factory=list)  # words that are no name of theirs


def has_any(text: str) -> bool:
    """Whether a text may mention somebody."""
    return _MENTION.search(text) is not None


def find(text: str, people: Iterable[tuple[P, str, str]]) -> Found[P]:
    """Find the mentions of people, each given with name and address.

    An address is compared whole. A name is compared with the longest whole name that fits, else with first names.
    """
    known = list(people)
    by_address = {address.lower(): person for person, _name, address in known}
    found: Found[P] = Found()
    for match in _MENTION.finditer(text):
        if match["address"]:
            address = match["address"].lower()
            meant = [by_address[address]] if address in by_address else []
            typed, missed = match["address"], found.unknown
        else:
            typed, meant = _named(text[match.end() :], match["word"], known)
            missed = found.ambiguous if meant else found.nobody
        if len(meant) == 1:
            if meant[0] not in found.people:
                found.people.append(meant[0])
        elif typed not in missed:
            missed.append(typed)
    return found


def _named(rest: str, word: str, known: list[tuple[P, str, str]]) -> tuple[str, list[P]]:
    """The name that `rest` begins with, as it is typed, and who has it."""
    lower = rest.lower()
    whole = [
        (len(name), person)
        for person, name, _address in known
        if name and lower.startswith(name.lower()) and not lower[len(name) :][:1].isalnum()
    ]
    if whole:
        longest = max(length for length, _person in whole)
        return rest[:longest], [person for length, person in whole if length == longest]
    return word, [person for person, name, _address in known if name.lower().split()[:1] == [word.lower()]]

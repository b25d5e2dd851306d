"""What notices are about that are no tickets: the app whose they are says how they are called and where they stand."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from nps_project.accounts.models import User


@dataclass(frozen=True, slots=True)
class Subject:
    """What a notice leads to."""

    name: str
    url: str


#: A reader gives those of these ids that this person may see; one query.
Reader = Callable[[User, Collection[int]], Mapping[int, Subject]]
_READERS: dict[str, Reader] = {}


def add(word: str, reader: Reader) -> None:
    """Let `reader` find what is called "word:id"; an app's ready() calls it."""
    _READERS[word] = reader


def found(user: User, abouts: Collection[str]) -> dict[str, Subject]:
    """The subjects of these notices that the person may see; one query for each word that occurs."""
    ids: dict[str, list[int]] = {}
    for about in abouts:
        word, _colon, number = about.partition(":")
        if word in _READERS and number.isdecimal():
            ids.setdefault(word, []).append(int(number))
    return {f"{word}:{pk}": one for word, pks in ids.items() for pk, one in _READERS[word](user, pks).items()}

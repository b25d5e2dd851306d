"""Which colleagues a comment names: by their first names, as whole words. Pure."""

import re
from collections.abc import Iterable, Mapping

from surveys.text_search import fold

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SHORT = 3  # a name of so many letters is a word of some language: it has to begin with a capital


def first_name(name: str) -> str:
    """The first word of a name, folded; empty without one."""
    found = _WORD.search(name)
    return fold(found[0]) if found else ""


def named(comment: str, people: Mapping[int, str]) -> list[int]:
    """The ids of the people whose first name stands in the comment, in the order of the comment.

    Case and accents count for nothing, but in short names. A possessive s is taken off. Several people of one name
    are all found: who is meant, a person says.
    """
    by_name: dict[str, list[int]] = {}
    for key, name in people.items():
        if len(first := first_name(name)) > 1:
            by_name.setdefault(first, []).append(key)
    found: dict[int, None] = {}
    for written in _WORD.findall(comment):
        for word in _forms(fold(written)):
            if len(word) <= SHORT and not written[0].isupper():
                continue
            found |= dict.fromkeys(by_name.get(word, ()))
    return list(found)


def _forms(word: str) -> Iterable[str]:
    """The word, and without what makes it a genitive or joins it to another: Priya's, Jonas', Anna-Lise."""
    yield word
    if "'" in word:
        yield word.partition("'")[0]
    if "-" in word:
        yield from word.split("-")
    if word.endswith("s") and len(word) > SHORT + 1:
        yield word[:-1]  # Danish and Dutch write the genitive without an apostrophe

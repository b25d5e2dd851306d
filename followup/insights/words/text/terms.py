"""The terms of a comment: its words and its phrases of two words, each by stem."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from followup.insights.words.text.language import KNOWN
from followup.insights.words.text.splitting import Sentence, Word, sentences_of
from followup.insights.words.text.stems import STOP, WEAK, stem

MOST_TERMS = 400  # of one comment
SHORTEST, LONGEST = 2, 40  # letters of a word


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a phrase where it stands. key: its stems, with a space between; surface: as it is written there."""

    key: str
    surface: str
    begin: int
    end: int


def terms_of(comment: str, language: str, names: Collection[str] = ()) -> dict[str, str]:
    """The terms of a comment by key, each as it is first written; empty for a language that is not known.

    `names`: words that are left out, in lower case: the customer's own name and address.
    """
    found: dict[str, str] = {}
    if language not in KNOWN:
        return found
    for sentence in sentences_of(comment):
        for term in _of_sentence(sentence, language, frozenset(names)):
            if len(found) == MOST_TERMS:
                return found
            found.setdefault(term.key, term.surface)
    return found


def places_of(comment: str, language: str, key: str) -> Iterator[tuple[Sentence, list[Term]]]:
    """The sentences of a comment that have a term, and where it stands in each."""
    if language not in KNOWN:
        return
    for sentence in sentences_of(comment):
        if places := [term for term in _of_sentence(sentence, language, frozenset()) if term.key == key]:
            yield sentence, places


def is_phrase(key: str) -> bool:
    """Whether a term is of two words."""
    return " " in key


def _of_sentence(sentence: Sentence, language: str, names: frozenset[str]) -> Iterator[Term]:
    stop, weak = STOP[language], WEAK[language]
    for run in sentence.runs:
        before: Word | None = None
        for word in run:
            if word.is_name or word.text in stop or not _is_readable(word.text, names):
                before = None
                continue
            one = stem(word.text, language)
            if word.text not in weak:
                yield Term(one, word.text, word.begin, word.end)
                if before is not None:
                    key, surface = f"{stem(before.text, language)} {one}", f"{before.text} {word.text}"
                    yield Term(key, surface, before.begin, word.end)
            before = word


def _is_readable(text: str, names: frozenset[str]) -> bool:
    if not SHORTEST <= len(text) <= LONGEST:
        return False
    return not names or (text not in names and text.removesuffix("'s").removesuffix("s") not in names)

"""Stems of words, in each language: the part that the forms of a word share."""

import json
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock

import snowballstemmer  # type: ignore[import-untyped]  # it ships no types

from followup.insights.words.text.language import KNOWN

_NAMES = {"en": "english", "nl": "dutch", "da": "danish"}
_LISTS = json.loads((Path(__file__).parent / "stop_words.json").read_text(encoding="utf-8"))
# Words that say nothing; and those that say something only beside another one, such as "too" and "not".
STOP = {language: frozenset(_LISTS[language]["stop"].split()) for language in KNOWN}
WEAK = {language: frozenset(_LISTS[language]["weak"].split()) for language in KNOWN}
_lock = Lock()  # a stemmer keeps the word that it works on


@lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """The stem of a word in lower case. Raises: KeyError for a language that is not known."""
    with _lock:
        found: str = _stemmer(language).stemWord(word)
    return found


@cache
def _stemmer(language: str) -> "snowballstemmer.stemmer":
    return snowballstemmer.stemmer(_NAMES[language])

"""Recognise the language of a comment. The recogniser is loaded by the first comment that a process reads."""

from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

KNOWN = ("en", "nl", "da")
UNKNOWN = ""
# What is told apart: a comment in one of the others is of unknown language. Fewer make short comments surer.
_TOLD_APART = (*KNOWN, "de", "fr", "es", "it", "pt", "sv", "no", "pl", "tr", "fi")
_OF_THE_PAGE = 20.0  # how much likelier than any other the language of the page is, before a word is read
_SURE = 0.5
_lock = Lock()


def recognise(comment: str, page_language: str) -> str:
    """One of KNOWN, or UNKNOWN: another language, or too little to tell.

    `page_language`: in which the customer was asked. It decides where the words themselves say little, such as "Super".
    """
    if not any(sign.isalpha() for sign in comment):
        return UNKNOWN
    with _lock:
        found = dict(_recogniser().rank(comment))
    weights = {
        language: float(part) * (_OF_THE_PAGE if language == page_language else 1.0) for language, part in found.items()
    }
    best = max(sorted(weights), key=lambda language: weights[language])
    is_sure = weights[best] >= _SURE * sum(weights.values())
    return best if best in KNOWN and is_sure else UNKNOWN


@cache
def _recogniser() -> Any:
    """It takes a second and some memory: no web process reads comments, so none imports it."""
    import py3langid  # type: ignore[import-untyped]  # it ships no types
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

    model = Path(py3langid.__file__).parent / "data" / "model.npz.xz"
    made = LanguageIdentifier.from_modelpath(model, norm_probs=True)
    made.set_languages(list(_TOLD_APART))
    return made

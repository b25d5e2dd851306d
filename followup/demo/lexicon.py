"""What goes into the blanks of a comment: furniture with its articles, days, towns, names and sums, by language.

`{a seat}` and `{the seat}` are a piece of that kind with its article, `{The seat}` the same at the start of a sentence;
`{day}`, `{town}`, `{floor}`, `{agent}`, `{n}`, `{order}` and `{money}` are drawn likewise.
"""

import json
import re
from pathlib import Path
from random import Random

_BLANK = re.compile(r"\{(\w+)(?: (\w+))?\}")

# Things by language and kind, each with "a" and with "the"; every kind holds things of which the same can be said.
# And words by language, for the other blanks.
_LEXICON = json.loads(Path(__file__).with_suffix(".json").read_text())
_THINGS: dict[str, dict[str, list[tuple[str, str]]]] = _LEXICON["things"]
_WORDS: dict[str, dict[str, list[str]]] = _LEXICON["words"]
_MADE_TO_STAND = ("seat", "storage", "table", "bed")


def fill(line: str, language: str, random: Random) -> str:
    """A comment with its blanks filled in. Raises: KeyError for a blank that is not in the lexicon."""

    def word(match: re.Match[str]) -> str:
        name, kind = match.groups()
        if kind is not None:
            if kind == "piece":
                kind = random.choice(_MADE_TO_STAND)
            text = random.choice(_THINGS[language][kind])[name.lower() == "the"]
        elif name.lower() == "order":
            return f"LH-{random.randrange(40_000, 99_999)}"
        else:
            text = random.choice(_WORDS[language][name.lower()])
        return text[0].upper() + text[1:] if name[0].isupper() else text

    return _BLANK.sub(word, line)

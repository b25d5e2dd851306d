"""What the made-up customers say: files of comments by language and mood, one comment a line. All of it is invented."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random

from followup.demo.deck import Deck
from followup.demo.lexicon import fill

ANGRY, UNHAPPY, PASSIVE, PROMOTER = "angry", "unhappy", "passive", "promoter"
STRIKE, STRIKE_PASSIVE, RECOVERED = "strike", "strike_passive", "recovered"
BETTER, STILL = "better", "still"  # asked again after somebody called
SHORT = {UNHAPPY: "unhappy_short", PASSIVE: "passive_short", PROMOTER: "promoter_short"}
ANY = "any"  # the heading of comments that fit every cause
LANGUAGES = ("en", "nl", "da")

_HERE = Path(__file__).parent
_SHORT_SHARE = {UNHAPPY: 0.45, PASSIVE: 0.28, PROMOTER: 0.3}
_TWO_SHARE = {UNHAPPY: 0.45, PASSIVE: 0.12, PROMOTER: 0.24}
_TRIES = 20
_AT_LENGTH = 25  # characters; what is shorter, two people may say
_LONG = 110  # characters; so long a comment stands alone
_HASTY = 0.11  # of the comments are typed without capitals
_TYPO = 0.07


def mood_of(score: int) -> str:
    """Which kind of comment goes with a score from 0 to 10."""
    if score <= 2:
        return ANGRY
    if score <= 6:
        return UNHAPPY
    return PASSIVE if score <= 8 else PROMOTER


@cache
def comments(language: str, mood: str) -> dict[str, list[str]]:
    r"""Root cause to comments, from `<language>/<mood>.txt`: a line `# cause`, then a comment a line; `\n` in one is a
    new line, a word in braces a blank of lexicon.py."""
    found: dict[str, list[str]] = {}
    said = found.setdefault(ANY, [])
    for line in (_HERE / language / f"{mood}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            said = found.setdefault(line[2:], [])
        elif line:
            said.append(line.replace("\\n", "\n"))
    return {cause: lines for cause, lines in found.items() if lines}


class Voice:
    """Speaks for one customer after another; nobody repeats a long comment of somebody else."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._decks: dict[tuple[str, str, str], Deck[str]] = {}
        self._said: set[str] = set()

    def say(self, language: str, mood: str, cause: str) -> str:
        """A comment in a language, mostly about a cause, in the mood of mood_of or of the strike.

        "" when all comments of that kind were used.
        """
        for _try in range(_TRIES):
            text = self._one(language, mood, cause)
            if len(text) < _AT_LENGTH or text not in self._said:
                self._said.add(text)
                return text
        return ""

    def _one(self, language: str, mood: str, cause: str) -> str:
        if self._random.random() < _SHORT_SHARE.get(mood, 0):
            return self._as_typed(self._draw(language, SHORT[mood], cause))
        text = self._draw(language, mood, cause)
        if len(text) < _LONG and self._random.random() < _TWO_SHARE.get(mood, 0):
            others = {other: len(lines) for other, lines in comments(language, mood).items() if other != cause}
            more = self._draw(language, mood, self._random.choices(list(others), list(others.values()))[0])
            if len(more) < _LONG:
                text = f"{text} {more}" if text[-1] in ".!?" else f"{text}. {more}"
        return self._as_typed(text)

    def _draw(self, language: str, mood: str, cause: str) -> str:
        known = comments(language, mood)
        if cause not in known:
            cause = ANY if ANY in known else max(known, key=lambda name: len(known[name]))
        deck = self._decks.get((language, mood, cause))
        if deck is None:
            deck = self._decks[language, mood, cause] = Deck(known[cause], self._random)
        return fill(deck.draw(), language, self._random)

    def _as_typed(self, text: str) -> str:
        """As it comes off a phone: some without capitals and full stop, some with a slip of the finger."""
        if self._random.random() < _HASTY and "\n" not in text:
            text = text.lower().rstrip(".") if not text.isupper() else text
        if self._random.random() < _TYPO:
            words = [match.span() for match in re.finditer(r"\b[^\W\d_]{6,}\b", text)]
            if words:
                start, end = self._random.choice(words)
                place = self._random.randrange(start + 1, end - 2)
                text = f"{text[:place]}{text[place + 1]}{text[place]}{text[place + 2 :]}"
        return text


def all_lines(language: str) -> Iterator[str]:
    """Every line that is written down in a language."""
    for path in sorted((_HERE / language).glob("*.txt")):
        for lines in comments(language, path.stem).values():
            yield from lines

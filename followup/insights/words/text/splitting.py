"""Split a comment into sentences and words, with their places in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# An address, a link, a number with what hangs on it, or a word; only the last is read. An address is looked for where a
# text without spaces begins, and what has digits where its letters begin: what is none is then run through once.
_PARTS = re.compile(
    r"(?P<other>(?:(?<!\S)|(?<=[.!?…])(?=[^\W\d_a-z]))\S+@\S+|(?:https?://|www\.)\S+"
    r"|[+#]?\d(?:[\s.,:/()-]*\d)*\w*(?:\S{0,64}@\S+)?|(?<!\w)\w*\d\w*)"
    r"|(?P<word>[^\W\d_]+(?:['’`´-][^\W\d_]+)*)"
)
_ENDS = re.compile(r"(?<![.!?…])(?:[.!?…]++[\"'”’)\]]*+(?=\s|$)|[.!?…]++(?=[^\W\d_a-z]))\s*|\n+\s*")
MOST_READ = 4_000  # characters of a comment; the rest is left unread
_SHOUTED = 0.5  # share of capitalised words from which a capital says nothing


@dataclass(frozen=True, slots=True)
class Word:
    """A word in lower case with its place in the comment. `is_name`: it has a capital within a sentence."""

    text: str
    begin: int
    end: int
    is_name: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: its place in the comment, and its words. Between the words of two `runs` stands something else."""

    begin: int
    end: int
    runs: tuple[tuple[Word, ...], ...]


def sentences_of(comment: str) -> list[Sentence]:
    """The sentences that have words, of the first MOST_READ characters."""
    text = comment[:MOST_READ]
    spans = list(_spans(text))
    words = [(match, begin) for begin, end in spans for match in _words(text, begin, end)]
    inside = [match[0] for match, begin in words if text[begin : match.start()].strip("\"'“‘([¡¿ ")]
    is_shouted = bool(inside) and sum(one[0].isupper() for one in inside) > _SHOUTED * len(inside)
    found = (_sentence(text, begin, end, is_shouted) for begin, end in spans)
    return [one for one in found if one.runs]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for match in _ENDS.finditer(text):
        yield begin, match.end()
        begin = match.end()
    if begin < len(text):
        yield begin, len(text)


def _words(text: str, begin: int, end: int) -> Iterator[re.Match[str]]:
    return (match for match in _PARTS.finditer(text, begin, end) if match["word"])


def _sentence(text: str, begin: int, end: int, is_shouted: bool) -> Sentence:
    """Marks other than spaces part runs, so that no phrase reaches across a comma."""
    runs: list[list[Word]] = [[]]
    last = begin
    is_first = True
    for match in _PARTS.finditer(text, begin, end):
        if text[last : match.start()].strip():
            runs.append([])
        last = match.end()
        written = match["word"]
        if not written:
            runs.append([])
            is_first = False
            continue
        is_name = not is_first and not is_shouted and written[0].isupper() and len(written) > 1
        is_first = False
        runs[-1].append(Word(_plain(written), match.start(), match.end(), is_name))
    while end > begin and text[end - 1].isspace():
        end -= 1
    return Sentence(begin, end, tuple(tuple(run) for run in runs if run))


def _plain(written: str) -> str:
    return written.lower().replace("’", "'").replace("`", "'").replace("´", "'")

"""What was written, apart from what a mail program repeats of earlier mails. No word is dropped: both parts are kept.

Where it cannot be told apart, all of it counts as written: when nothing would be left, or words stand below what is
quoted.
"""

from dataclasses import dataclass

from followup.conversations.incoming.content import quote_lines
from nps_project.common.text import shows_nothing

MOST_LINES = 5_000  # beyond, nothing is looked at: all of it was written
_LONG_LINE = 600


@dataclass(frozen=True, slots=True)
class Parts:
    """Both parts of a text, in the order in which they stood."""

    written: str
    quoted: str = ""


def split(text: str) -> Parts:
    """Take a text apart."""
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        return Parts(text)
    bare = [_bare(line) for line in lines]
    begins = _begin(lines, bare)
    if begins is None:
        return _without_footer(lines, bare, len(lines))
    at, count = begins
    if _has_words_below(lines, bare, at, count):
        return Parts(text)
    parts = _without_footer(lines, bare, at)
    if shows_nothing(parts.written) or quote_lines.points_below(parts.written):
        return Parts(text)
    return parts


def _bare(line: str) -> str:
    """A line without the marks of what is quoted once: iPhones quote their own "On ... wrote:"."""
    return line.strip().removeprefix(">").strip()[:_LONG_LINE]


def _begin(lines: list[str], bare: list[str]) -> tuple[int, int] | None:
    """Where the quoted part begins, and how many lines of a mail program introduce it."""
    only_quotes_from = _only_quotes_from(lines, bare)
    for at, line in enumerate(bare):
        if quote_lines.is_forward(line):
            return None
        if line and (count := quote_lines.begins_quote(bare, at)):
            return at, count
        if at >= only_quotes_from and lines[at].lstrip().startswith(">"):
            return at, 0
    return None


def _only_quotes_from(lines: list[str], bare: list[str]) -> int:
    """The number of the line from which on nothing but marked and empty lines follows."""
    at = len(lines)
    while at > 0 and (not bare[at - 1] or lines[at - 1].lstrip().startswith(">")):
        at -= 1
    return at


def _has_words_below(lines: list[str], bare: list[str], at: int, count: int) -> bool:
    """Whether lines without a quotation mark stand below or between lines that have one."""
    below = range(at + count, len(lines))
    marked = {number for number in below if lines[number].lstrip().startswith(">")}
    if not marked:
        return False  # a program that marks nothing: what it puts below is what it quotes
    for number in below:
        if bare[number] and number not in marked and not quote_lines.is_footer(bare[number]):
            return not _is_signature(lines, number)
    return False


def _is_signature(lines: list[str], number: int) -> bool:
    """Whether a line is, or stands below, the line that begins a signature."""
    return any(line.rstrip() == "--" for line in lines[max(0, number - 8) : number + 1])


def _without_footer(lines: list[str], bare: list[str], end: int) -> Parts:
    """The lines before `end`, but for what a phone adds to them; and the others."""
    last = end
    while last > 0 and (not bare[last - 1] or quote_lines.is_footer(bare[last - 1])):
        last -= 1
    written = "\n".join(lines[:last]).strip("\n")
    if shows_nothing(written):
        last = end
        written = "\n".join(lines[:last]).strip("\n")
    return Parts(written.rstrip(), "\n".join(lines[last:]).strip("\n"))

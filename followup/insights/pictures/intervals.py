"""Figures with their intervals, one below the other: shares of groups, or differences around a line (a forest plot)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from followup.insights.pictures.drawing import WIDTH, Mark, Picture, circle, line, words

_TOP, _ROW, _FOOT, _SIDE, _GUIDE = 6, 38, 20, 14, 14
_LINE = 14  # more height of a row whose name and words stand in two lines
_LETTER = 6.3  # about the width of a letter
_LONGEST = 58  # letters of a name that fit into a line


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: its name, its words such as "54 % (41–67), n 56", and where it lies; None draws the words alone.

    `is_other` draws a ring in place of a dot, for what the others are compared with.
    """

    label: str
    words: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    is_other: bool = False


@dataclass(frozen=True, slots=True)
class Guide:
    """A dashed line across all rows, with its words above."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Where the axis begins and ends, in the unit of the figures, and its ticks with their words."""

    low: float
    high: float
    ticks: Sequence[tuple[float, str]]

    def place(self, value: float) -> float:
        """How far along the picture a value lies; what is off the axis lies at its end."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return _SIDE + share * (WIDTH - 2 * _SIDE)


def around_zero(rows: Sequence[Row], words_of: Callable[[float], str]) -> Scale:
    """The scale of differences of shares: as far to both sides as their intervals reach, with ticks at whole points.

    `words_of` says a tick, which it is given in points, such as "+10".
    """
    ends = [abs(end) for row in rows for end in (row.low, row.high) if end is not None]
    reach = next((size for size in (0.2, 0.3, 0.5) if max(ends) <= size), 1.0)
    return Scale(
        -reach, reach, [(reach * part, words_of(100 * reach * part) if part else "0") for part in (-1, -0.5, 0, 0.5, 1)]
    )


def intervals(
    rows: Sequence[Row], scale: Scale, *, title: str, description: str, guides: Sequence[Guide] = (),
    notes: Sequence[str] = (),
) -> Picture:  # fmt: skip
    """A picture of figures with their intervals."""
    top: float = _TOP + _GUIDE * len(guides)
    bottom = top + sum(map(_height, rows))
    marks: list[Mark] = []
    for at, label in scale.ticks:
        marks.append(line(scale.place(at), top, scale.place(at), bottom, "grid"))
        marks.append(words(scale.place(at), bottom + 14, label, "quiet middle"))
    for number, guide in enumerate(guides, start=1):
        marks += _guide(guide, scale, _GUIDE * number, bottom)
    marks.append(line(_SIDE, bottom, WIDTH - _SIDE, bottom, "axis"))
    for row in rows:
        marks += _row(row, scale, top)
        top += _height(row)
    return Picture(title, description, bottom + _FOOT, marks, notes)


def _guide(guide: Guide, scale: Scale, y: float, bottom: float) -> list[Mark]:
    x = scale.place(guide.at)
    is_right = x > WIDTH / 2
    return [
        line(x, y - 8, x, bottom, "guide"),
        words(x - 4 if is_right else x + 4, y, guide.words, "quiet end" if is_right else "quiet"),
    ]


def _height(row: Row) -> float:
    return _ROW if _is_short(row) else _ROW + _LINE


def _is_short(row: Row) -> bool:
    """Whether its name and its words stand in one line, with room between them."""
    return _LETTER * (len(_named(row)) + len(row.words) + 2) <= WIDTH


def _named(row: Row) -> str:
    return row.label if len(row.label) <= _LONGEST else f"{row.label[: _LONGEST - 1].rstrip()}…"


def _row(row: Row, scale: Scale, top: float) -> list[Mark]:
    y = top + _height(row) - 10
    marks = [words(0, top + 16, _named(row)), words(WIDTH, y - 12, row.words, "end")]
    if row.value is None:
        return marks
    if row.low is not None and row.high is not None:
        marks.append(line(scale.place(row.low), y, scale.place(row.high), y, "range"))
        marks += [line(scale.place(end), y - 4, scale.place(end), y + 4, "range") for end in (row.low, row.high)]
    return [*marks, circle(scale.place(row.value), y, 5, "ring" if row.is_other else "dot")]

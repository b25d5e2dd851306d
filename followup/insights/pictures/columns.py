"""How many of each: columns side by side, each with its number above and its name below."""

from collections.abc import Sequence
from dataclasses import dataclass

from followup.insights.pictures.drawing import WIDTH, Mark, Picture, line, words

_TOP, _HEIGHT, _FOOT, _SIDE = 20, 120, 22, 4


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, how high it is, its words above, and the class of its colour without "pic-"."""

    label: str
    value: float
    words: str
    kind: str = "bar"


def columns(bars: Sequence[Column], *, title: str, description: str, notes: Sequence[str] = ()) -> Picture:
    """A picture of columns, the highest as high as there is room; the axis begins at 0."""
    bottom, width = _TOP + _HEIGHT, (WIDTH - 2 * _SIDE) / max(1, len(bars))
    most = max((bar.value for bar in bars), default=0) or 1
    marks: list[Mark] = []
    for number, bar in enumerate(bars):
        left, height = _SIDE + number * width, _HEIGHT * bar.value / most
        marks.append(_bar(left + 0.12 * width, bottom - height, 0.76 * width, height, bar.kind))
        marks.append(words(left + width / 2, bottom - height - 5, bar.words, "quiet middle"))
        marks.append(words(left + width / 2, bottom + 15, bar.label, "text middle"))
    marks.append(line(_SIDE, bottom, WIDTH - _SIDE, bottom, "axis"))
    return Picture(title, description, bottom + _FOOT, marks, notes)


def _bar(x: float, y: float, width: float, height: float, kind: str) -> Mark:
    return Mark("rect", {"class": f"pic-{kind}", "x": x, "y": y, "width": width, "height": height})

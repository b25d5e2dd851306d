"""A picture as a list of marks, and the three ways to give it out: inside a page, as a file of its own, and as PNG.

Inside a page the stylesheet `insights.css` colours the marks by their classes; the other two carry their own.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import resvg_py
from django.utils.safestring import SafeString, mark_safe

WIDTH = 400  # of every picture, in its own units: on a phone one is a little less than a pixel
PNG_ZOOM = 3
_HEAD, _LINE, _EDGE = 26, 16, 10  # heights of the heading of a file, of a line below it, and the space around
_LONGEST = 200  # characters of a text that is drawn: what it takes to draw one grows faster than the text
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # no XML has these characters
_FONTS = [str(path) for path in sorted((Path(__file__).parent / "font").glob("*.ttf"))]
_STYLE = """
.pic-ground { fill: #fbfaf7 }
text { font-family: Inter, sans-serif; font-size: 12px; fill: #1b1a18;
  paint-order: stroke; stroke: #fbfaf7; stroke-width: 3px; stroke-linejoin: round }
.pic-title { font-size: 15px; font-weight: 600 }
.pic-quiet { fill: #5e5a52; font-size: 11px }
.pic-end { text-anchor: end }
.pic-middle { text-anchor: middle }
.pic-grid { stroke: #e4e0d8; stroke-width: 1 }
.pic-axis { stroke: #857f73; stroke-width: 1 }
.pic-guide { stroke: #1b1a18; stroke-width: 1; stroke-dasharray: 4 3 }
.pic-range { stroke: #0b5d5a; stroke-width: 2 }
.pic-dot { fill: #0b5d5a }
.pic-ring { fill: #fbfaf7; stroke: #0b5d5a; stroke-width: 2 }
.pic-line { fill: none; stroke: #0b5d5a; stroke-width: 2 }
.pic-line-1 { stroke: #8a6100; stroke-dasharray: 7 3 }
.pic-line-2 { stroke: #b3361b; stroke-dasharray: 2 3 }
.pic-bar { fill: #0b5d5a }
.pic-bar-promoter { fill: #1e6b3a }
.pic-bar-passive { fill: #8a6100 }
.pic-bar-detractor { fill: #b3361b }
.pic-band { fill: #0b5d5a; opacity: .14 }
.pic-band-1 { fill: #8a6100 }
.pic-band-2 { fill: #b3361b }
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """One element; `text` is escaped when it is drawn."""

    tag: str
    attributes: Mapping[str, object]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn within WIDTH and `height`. `title` names it, `description` says what it shows to who cannot see it;
    `notes` stand below the heading of a file: period, filters, numbers."""

    title: str
    description: str
    height: float
    marks: Sequence[Mark]
    notes: Sequence[str] = ()


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Mark:
    """A straight line; `kind`: its class without "pic-"."""
    return Mark("line", {"class": f"pic-{kind}", "x1": x1, "y1": y1, "x2": x2, "y2": y2})


def circle(x: float, y: float, radius: float, kind: str) -> Mark:
    """A dot or a ring."""
    return Mark("circle", {"class": f"pic-{kind}", "cx": x, "cy": y, "r": radius})


def path(points: Sequence[tuple[float, float]], kind: str, *, is_closed: bool = False) -> Mark:
    """A line through points, or the area inside them. `kind`: classes without "pic-", such as "line line-1"."""
    drawn = "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in points)
    classes = " ".join(f"pic-{one}" for one in kind.split())
    return Mark("path", {"class": classes, "d": drawn + ("Z" if is_closed else "")})


def words(x: float, y: float, text: str, kind: str = "text") -> Mark:
    """Text that begins at x; ends there with the kind "end", or has its middle there with "middle"."""
    classes = " ".join(f"pic-{one}" for one in kind.split())
    return Mark(
        "text", {"class": classes, "x": x, "y": y}, text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    )


def inside_page(picture: Picture, name: str) -> SafeString:
    """The picture as part of a page; `name` makes the ids of its title and description."""
    head = (
        f'<svg class="picture" viewBox="0 0 {WIDTH} {_number(picture.height)}" role="img"'
        f" aria-labelledby={quoteattr(f'{name}-title {name}-text')}>"
        f"<title id={quoteattr(f'{name}-title')}>{_text(picture.title)}</title>"
        f"<desc id={quoteattr(f'{name}-text')}>{_text(picture.description)}</desc>"
    )
    return mark_safe(head + _drawn(picture.marks) + "</svg>")  # noqa: S308  (every text and attribute is escaped)


def as_file(picture: Picture) -> str:
    """The picture by itself, with its heading, notes and colours."""
    top = _EDGE + _HEAD + _LINE * len(picture.notes)
    width, height = WIDTH + 2 * _EDGE, top + picture.height + _EDGE
    heading = [words(0, _HEAD - _EDGE, picture.title, "title")]
    heading += [words(0, _HEAD - _EDGE + _LINE * (n + 1), note, "quiet") for n, note in enumerate(picture.notes)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_number(height)}"'
        f' viewBox="0 0 {width} {_number(height)}" role="img">'
        f"<title>{_text(picture.title)}</title><desc>{_text(picture.description)}</desc><style>{_STYLE}</style>"
        f'<rect class="pic-ground" width="100%" height="100%"/>'
        f'<g transform="translate({_EDGE} {_EDGE})">{_drawn(heading)}</g>'
        f'<g transform="translate({_EDGE} {top})">{_drawn(picture.marks)}</g></svg>'
    )


def as_png(picture: Picture) -> bytes:
    """The picture by itself as PNG, with the fonts that come with it."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=as_file(picture), zoom=PNG_ZOOM, skip_system_fonts=True, font_files=_FONTS,
            font_family="Inter", sans_serif_family="Inter",
        )
    )  # fmt: skip


def _drawn(marks: Sequence[Mark]) -> str:
    return "".join(_element(mark) for mark in marks)


def _element(mark: Mark) -> str:
    attributes = "".join(
        f" {name}={quoteattr(_number(value) if isinstance(value, int | float) else str(value))}"
        for name, value in mark.attributes.items()
    )
    return f"<{mark.tag}{attributes}>{_text(mark.text)}</{mark.tag}>"


def _text(words: str) -> str:
    return escape(_UNFIT.sub("�", words))


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")

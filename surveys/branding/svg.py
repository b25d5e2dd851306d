"""An SVG written anew from what a drawing needs: elements and attributes of a list, and nothing that acts or fetches.

What merely describes (comments, metadata, other vocabularies) is left out. What could act, fetch or change the drawing
is refused by its name: a picture that lost a part of itself without a word would be worse than none.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from surveys.branding.png import NotAPicture, Picture
from surveys.branding.svg_expanding import Drawing, Element

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
MOST_DEPTH = 50


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_ELEMENTS = _names(
    "svg g defs path rect circle ellipse line polyline polygon linearGradient radialGradient stop clipPath mask symbol"
    " use title desc style text tspan"
)
_LEFT_OUT = {"metadata"}
_WITH_TEXT = {"title", "desc", "style", "text", "tspan"}
_ATTRIBUTES = _names(
    "id class style viewBox width height x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy d points transform offset version"
    " preserveAspectRatio gradientUnits gradientTransform spreadMethod clipPathUnits maskUnits maskContentUnits"
    " fill fill-opacity fill-rule stroke stroke-width stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray"
    " stroke-dashoffset stroke-opacity opacity stop-color stop-opacity clip-path clip-rule mask color display"
    " visibility font-family font-size font-weight font-style letter-spacing text-anchor dominant-baseline"
)
_OWN_REFERENCE = re.compile(r"url\(\s*['\"]?#[\w.:-]+['\"]?\s*\)")
_FETCHES = re.compile(r"url\(|image-set|src\(|@|\\|expression|javascript:|<", re.IGNORECASE)
_NUMBER = re.compile(r"\s*([0-9]{0,9}\.?[0-9]{1,9})(?:px)?\s*")  # bounded: else long digits take time squared


class Refused(NotAPicture):
    """It has something that no logo may have. The message names it."""


@dataclass(slots=True)
class _Open:
    name: str
    element: Element | None  # of what is kept
    at: int = 0
    text: str = ""

    @property
    def is_kept(self) -> bool:
        return self.element is not None


def rewritten(raw: bytes) -> Picture:
    """The drawing of an SVG file, written anew.

    Raises: Refused, which names what; Expands when little of it draws very much; NotAPicture when it is none.
    """
    writer = _Writer()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = writer.doctype
    parser.StartElementHandler = writer.start
    parser.EndElementHandler = writer.end
    parser.CharacterDataHandler = writer.text
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        if isinstance(error, NotAPicture):
            raise
        raise NotAPicture("not well-formed") from error
    writer.drawing.check()
    return Picture("".join(writer.parts).encode(), *writer.size)


class _Writer:
    """Hears what expat reads, and writes what is kept."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.size = (0, 0)
        self.drawing = Drawing()
        self._open: list[_Open] = []

    def doctype(self, *_declared: object) -> None:
        raise Refused("<!DOCTYPE>")

    def start(self, qualified: str, given: Mapping[str, str]) -> None:
        space, _gap, name = qualified.rpartition(" ")
        if not self._open:
            if (space, name) != (_SVG, "svg"):
                raise NotAPicture("no svg")
            self.size = _size_of(given)
        is_inside = not self._open or self._open[-1].is_kept
        if is_inside and space == _SVG and name not in _ELEMENTS | _LEFT_OUT:
            raise Refused(f"<{name}>")
        opened = _Open(name, None, len(self.drawing.elements))
        self._open.append(opened)
        if len(self._open) > MOST_DEPTH:
            raise NotAPicture("too deep")
        if is_inside and space == _SVG and name in _ELEMENTS:
            kept = list(self._kept(given))
            opened.element = self.drawing.open(kept)
            head = f' xmlns="{_SVG}"' if len(self._open) == 1 else ""
            written = "".join(f" {name}={quoteattr(value)}" for name, value in kept)
            self.parts.append(f"<{name}{head}{written}>")

    def end(self, _qualified: str) -> None:
        closed = self._open.pop()
        if closed.name == "style":
            _check_value("<style>", closed.text)  # whole: in parts it could hide
            self.drawing.style(closed.text)
        if closed.element is not None:
            self.drawing.close(closed.element, closed.at)
            self.parts.append(
                f"{escape(closed.text)}</{closed.name}>" if closed.name == "style" else f"</{closed.name}>"
            )

    def text(self, text: str) -> None:
        if not self._open or not self._open[-1].is_kept or self._open[-1].name not in _WITH_TEXT:
            return
        if self._open[-1].name == "style":
            self._open[-1].text += text
        else:
            self.parts.append(escape(text))

    @staticmethod
    def _kept(given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """The attributes that stay. Raises: Refused."""
        for qualified, value in given.items():
            space, _gap, name = qualified.rpartition(" ")
            if name.lower().startswith("on") and not space:
                raise Refused(name)
            if name == "href" and space in ("", _XLINK):
                if not value.startswith("#"):
                    raise Refused(f"href={value[:60]}")
                yield "href", value
            elif not space and name in _ATTRIBUTES:
                _check_value(name, value)
                yield name, value


def _check_value(name: str, value: str) -> None:
    found = _FETCHES.search(_OWN_REFERENCE.sub("", value))
    if found:
        raise Refused(f"{name}: {found[0]}")


def _size_of(given: Mapping[str, str]) -> tuple[int, int]:
    """Width and height of the drawing, for its shape alone. Raises: NotAPicture without a viewBox or a size."""
    try:
        _left, _top, width, height = map(float, re.split(r"[\s,]+", given.get("viewBox", "").strip()))
    except ValueError:
        sides = [_NUMBER.fullmatch(given.get(name, "")) for name in ("width", "height")]
        if not all(sides):
            raise NotAPicture("no viewBox") from None
        width, height = (float(side[1]) for side in sides if side)
    if not (0 < width < 1e6 and 0 < height < 1e6):
        raise NotAPicture("size")
    larger = 1000 / max(width, height)
    return max(1, round(width * larger)), max(1, round(height * larger))

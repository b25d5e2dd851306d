"""How much a browser draws of an SVG: what is referred to is drawn again wherever something refers to it.

Ten drawings that each use the next one ten times are ten billion shapes in one kilobyte.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from surveys.branding.png import NotAPicture

MOST_DRAWN = 20_000  # elements, those of references counted as often as they are drawn
MOST_NESTED = 10  # references through references
_REFERENCE = re.compile(r"url\(\s*['\"]?#([\w.:-]+)['\"]?\s*\)")
_COMMENT_OR_STRING = re.compile(rf"({_REFERENCE.pattern})|/\*.*?\*/|\"[^\"\n]*\"|'[^'\n]*'", re.DOTALL)
_NEVER_IN_AN_ADDRESS = str.maketrans("", "", "\t\n\r")
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_CLASS = re.compile(r"\s*\.([\w-]+)\s*")
_EVERY = ""  # stands for a rule that is not of a class alone


class Expands(NotAPicture):
    """It is drawn too often, or goes round in a circle."""


@dataclass(slots=True)
class Element:
    """One element in the order of the file. `size`: with all that stands in it."""

    refers: list[str]
    classes: list[str]
    name: str = ""
    size: int = 1


@dataclass(slots=True)
class Drawing:
    """Hears of each element and of each style sheet, and counts when all are there."""

    elements: list[Element] = field(default_factory=list)
    by_class: dict[str, list[str]] = field(default_factory=dict)

    def open(self, given: Iterable[tuple[str, str]]) -> Element:
        """An element begins, with these attributes."""
        found = Element([], [])
        for name, value in given:
            if name == "id":
                found.name = value
            elif name == "class":
                found.classes = value.split()
            elif name == "href":
                found.refers.append(unquote(value.translate(_NEVER_IN_AN_ADDRESS)).strip().removeprefix("#"))
            else:
                found.refers += _REFERENCE.findall(value)
        self.elements.append(found)
        return found

    def close(self, opened: Element, at: int) -> None:
        """The element that was the `at`-th ends."""
        opened.size = len(self.elements) - at

    def style(self, text: str) -> None:
        """What a style sheet refers to, by the classes that it is for; where that is not plain, by every element."""
        plain = _COMMENT_OR_STRING.sub(lambda found: f"url(#{found[2]})" if found[1] else "", text)
        names, rules = _REFERENCE.findall(plain), _RULE.findall(plain)
        of_rules = [name for _selectors, body in rules for name in _REFERENCE.findall(body)]
        if of_rules != names or any(sign in plain for sign in ('"', "'", "/*")):
            rules = [("*", plain)]
        for selectors, body in rules:
            for selector in selectors.split(","):
                of_class = _CLASS.fullmatch(selector)
                place = self.by_class.setdefault(of_class[1] if of_class else _EVERY, [])
                place.extend(_REFERENCE.findall(body))

    def check(self) -> None:
        """Raises: Expands."""
        places: dict[str, int] = {}
        for place, one in enumerate(self.elements):
            places.setdefault(one.name, place)
        places.pop("", None)
        refers = [[places[name] for name in self._names(one) if name in places] for one in self.elements]
        drawn: dict[int, int] = {}
        if self.elements and self._drawn(0, refers, drawn, 0) > MOST_DRAWN:
            raise Expands("too much")

    def _names(self, one: Element) -> Iterator[str]:
        yield from one.refers
        for name in (_EVERY, *one.classes):
            yield from self.by_class.get(name, ())

    def _drawn(self, place: int, refers: list[list[int]], drawn: dict[int, int], nested: int) -> int:
        """How many elements this one draws. A circle is nested without end, and so refused."""
        if place in drawn:
            return drawn[place]
        if nested > MOST_NESTED:
            raise Expands("too deep")
        size = self.elements[place].size
        total = size
        for inside in range(place, place + size):
            for target in refers[inside]:
                total += self._drawn(target, refers, drawn, nested + 1)
                if total > MOST_DRAWN:
                    raise Expands("too much")
        drawn[place] = total
        return total

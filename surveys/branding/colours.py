"""A company's colour, kept readable on a light and on a dark ground.

Contrast is that of WCAG 2.2 (relative luminance, success criterion 1.4.3). A colour that falls short is mixed with
black or with white, as little as is enough, so its hue stays.
"""

import re
from dataclasses import dataclass

LEAST_CONTRAST = 4.5
LIGHT_GROUND, DARK_GROUND = (
    "#fbfaf7",
    "#22201d",
)  # of what customers see, the darkest light and the lightest dark ground
_STEPS = 255
_WRITTEN = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.ASCII)

Channels = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Shade:
    """A colour as it is drawn on one ground."""

    ground: str
    colour: str
    contrast: float  # 1 to 21
    was_shifted: bool


@dataclass(frozen=True, slots=True)
class Tone:
    """A given colour, and what becomes of it on each ground."""

    given: str
    light: Shade
    dark: Shade


def read(text: str) -> str:
    """A colour as #rrggbb from #rgb or #rrggbb, with or without #. Raises: ValueError for anything else."""
    found = _WRITTEN.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError("not a colour")
    digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
    return f"#{digits}"


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (#rrggbb), from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def tone(colour: str) -> Tone:
    """A colour (#rrggbb) with its shades for light and dark."""
    return Tone(colour, shade_on(LIGHT_GROUND, colour), shade_on(DARK_GROUND, colour))


def shade_on(ground: str, colour: str) -> Shade:
    """The colour nearest to the given one that has LEAST_CONTRAST on this ground."""
    end = (0, 0, 0) if _luminance(ground) > 0.18 else (255, 255, 255)
    for step in range(_STEPS + 1):
        mixed = _mixed(colour, end, step / _STEPS)
        if (found := contrast(mixed, ground)) >= LEAST_CONTRAST:
            return Shade(ground, mixed, found, step > 0)
    raise ValueError(f"no colour is readable on {ground}")


def _mixed(colour: str, end: Channels, share: float) -> str:
    parts = (round(own + (other - own) * share) for own, other in zip(_channels(colour), end, strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def _channels(colour: str) -> Channels:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

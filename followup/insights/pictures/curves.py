"""Figures over time as lines with bands: steps of who is still there, or a trend."""

from collections.abc import Sequence
from dataclasses import dataclass

from followup.insights.pictures.drawing import WIDTH, Mark, Picture, circle, line, path, words

_LEFT, _RIGHT, _TOP, _HEIGHT, _FOOT, _LEGEND = 40, 14, 8, 190, 34, 18
KINDS = 3  # lines that can be told apart without colour


@dataclass(frozen=True, slots=True)
class Point:
    """A figure at a place of the axis, with its interval; all of one unit, which the axis names.

    `is_lone`: nothing is known on either side of it, so it is drawn as a dot with its interval, whatever line it is on.
    """

    x: float
    value: float
    low: float | None = None
    high: float | None = None
    is_lone: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Points in order of x. `is_step`: a figure holds until the next one."""

    label: str
    points: Sequence[Point]
    is_step: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """From and to, and the ticks with their words."""

    low: float
    high: float
    ticks: Sequence[tuple[float, str]]

    def share(self, value: float) -> float:
        """How far along the axis a value lies, 0 to 1."""
        return (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)


def curves(
    lines: Sequence[Line], across: Axis, up: Axis, *, title: str, description: str, below: str = "",
    notes: Sequence[str] = (), marked: Sequence[tuple[float, str]] = (),
) -> Picture:  # fmt: skip
    """A picture of at most KINDS lines, told apart by dashes; `below` names the axis across. Raises: ValueError.

    `marked`: places of the axis across with a sign each, such as "1", that words beside the picture explain.
    """
    if len(lines) > KINDS:
        raise ValueError(f"{len(lines)} lines; at most {KINDS} can be told apart")
    bottom = _TOP + _HEIGHT
    marks: list[Mark] = []
    for at, label in up.ticks:
        y = _y(up, at)
        marks += [line(_LEFT, y, WIDTH - _RIGHT, y, "grid"), words(_LEFT - 6, y + 4, label, "quiet end")]
    for at, label in across.ticks:
        marks.append(words(_x(across, at), bottom + 15, label, "quiet middle"))
    marks.append(line(_LEFT, bottom, WIDTH - _RIGHT, bottom, "axis"))
    marks.append(words(WIDTH - _RIGHT, bottom + 29, below, "quiet end"))
    for at, sign in marked:
        marks += [line(_x(across, at), _TOP + 10, _x(across, at), bottom, "guide")]
        marks.append(words(_x(across, at), _TOP + 6, sign, "quiet middle"))
    for number, one in enumerate(lines):
        marks += _line(one, number, across, up)
    marks += _legend(lines, bottom + _FOOT)
    return Picture(title, description, bottom + _FOOT + _LEGEND * len(lines), marks, notes)


def _x(axis: Axis, value: float) -> float:
    return _LEFT + axis.share(value) * (WIDTH - _LEFT - _RIGHT)


def _y(axis: Axis, value: float) -> float:
    return _TOP + (1 - axis.share(value)) * _HEIGHT


def _line(one: Line, number: int, across: Axis, up: Axis) -> list[Mark]:
    known = [(point.x, point.value) for point in one.points]
    highs = [(point.x, point.high) for point in one.points if point.high is not None and point.low is not None]
    lows = [(point.x, point.low) for point in one.points if point.high is not None and point.low is not None]
    marks = []
    if len(highs) > 1:
        edge = [*_stepped(highs, one.is_step), *reversed(_stepped(lows, one.is_step))]
        marks.append(path([(_x(across, x), _y(up, y)) for x, y in edge], f"band band-{number}", is_closed=True))
    points = [(_x(across, x), _y(up, y)) for x, y in _stepped(known, one.is_step)]
    if len(points) > 1:
        marks.append(path(points, f"line line-{number}"))
    lone = one.points if len(one.points) == 1 else [point for point in one.points if point.is_lone]
    return [*marks, *(mark for point in lone for mark in _dot(point, across, up))]


def _dot(point: Point, across: Axis, up: Axis) -> list[Mark]:
    x, marks = _x(across, point.x), []
    if point.low is not None and point.high is not None:
        low, high = _y(up, point.low), _y(up, point.high)
        marks = [line(x, low, x, high, "range"), *(line(x - 4, end, x + 4, end, "range") for end in (low, high))]
    return [*marks, circle(x, _y(up, point.value), 4, "dot")]


def _stepped(points: Sequence[tuple[float, float]], is_step: bool) -> list[tuple[float, float]]:
    if not is_step:
        return list(points)
    found: list[tuple[float, float]] = []
    for x, y in points:
        found += [(x, found[-1][1]), (x, y)] if found else [(x, y)]
    return found


def _legend(lines: Sequence[Line], top: float) -> list[Mark]:
    marks = []
    for number, one in enumerate(lines):
        y = top + _LEGEND * number + 10
        marks += [path([(_LEFT, y - 4), (_LEFT + 30, y - 4)], f"line line-{number}"), words(_LEFT + 38, y, one.label)]
    return marks

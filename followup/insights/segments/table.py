"""The table of an NPS by parts, with small ones hidden and those marked that differ from the rest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from followup.insights.comparing.differing import differing
from followup.insights.estimates.small_groups import hidden
from followup.insights.segments.dimensions import Part
from surveys.scoring import NpsFigures
from surveys.statistics import GROUP_FILTERS

MOST = 60  # parts that are told apart
_OTHERS = "\0others"  # no value has it


@dataclass(frozen=True, slots=True)
class Row:
    """A row as whoever reads the table may see it: without figures where it is hidden."""

    value: str
    name: str
    responses: int | None
    nps: float | None
    nps_low: float | None
    nps_high: float | None
    differs: bool | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The rows, the largest first; the others together; and all of them."""

    rows: list[Row]
    others: Row
    whole: NpsFigures


def table_of(parts: Sequence[Part]) -> Table:
    """The table of these parts, the largest first; those beyond MOST are counted together."""
    rest = _together(part.figures for part in parts[MOST:])
    figures = {part.value: part.figures for part in parts[:MOST]} | {_OTHERS: rest}
    values = list(figures)
    away = {values[place] for place in hidden([figures[value].responses for value in values])}
    unlike = differing(figures)
    rows = [_row(part, is_hidden=part.value in away, differs=part.value in unlike) for part in parts[:MOST]]
    others = _row(Part("", "", rest), is_hidden=_OTHERS in away, differs=_OTHERS in unlike)
    return Table(rows, others, _together(figures.values()))


def _together(figures: Iterable[NpsFigures]) -> NpsFigures:
    known = list(figures)
    return NpsFigures.of_groups(*(sum(getattr(one, group) for one in known) for group in GROUP_FILTERS))


def _row(part: Part, *, is_hidden: bool, differs: bool) -> Row:
    if is_hidden:
        return Row(part.value, part.name, None, None, None, None, None, True)
    one = part.figures
    return Row(part.value, part.name, one.responses, one.nps, one.nps_low, one.nps_high, differs, False)

"""The picture of an NPS by groups."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from followup.insights.overview.pictures import bounds, steps
from followup.insights.pictures.drawing import Picture
from followup.insights.pictures.intervals import Guide, Row, Scale, intervals
from followup.insights.segments.table import Row as TableRow
from followup.insights.segments.table import Table
from followup.presentation.wording import rounded, signed

MOST = 20  # groups that are drawn, the largest


def groups_picture(table: Table, notes: Sequence[str] = ()) -> Picture | None:
    """The NPS of each group that is shown, the highest first, with the NPS of all as a line; None without any."""
    shown = [row for row in table.rows if row.nps is not None][:MOST]
    if not shown or table.whole.nps is None:
        return None
    shown.sort(key=lambda row: -(row.nps or 0))
    low, high = bounds([row.nps_low or 0.0 for row in shown], [row.nps_high or 0.0 for row in shown])
    return intervals(
        [_row(row) for row in shown],
        Scale(low, high, [(value, signed(value)) for value in steps(low, high)]),
        title=_("NPS by group"),
        description=", ".join(f"{_name(row)}: {_words(row)}" for row in shown),
        guides=[Guide(table.whole.nps, _("all: %(nps)s") % {"nps": signed(table.whole.nps)})],
        notes=notes,
    )


def _row(row: TableRow) -> Row:
    return Row(_name(row), _words(row), row.nps, row.nps_low, row.nps_high, is_other=not row.differs)


def _name(row: TableRow) -> str:
    return row.name or _("without")


def _words(row: TableRow) -> str:
    return _("%(nps)s (%(low)s to %(high)s), n %(n)s") % {
        "nps": signed(row.nps or 0),
        "low": signed(row.nps_low or 0),
        "high": signed(row.nps_high or 0),
        "n": rounded(row.responses or 0),
    }

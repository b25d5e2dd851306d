"""What a look tells of each ticket, kept in memory for its minute: one that changed is read once for all who look.

A line's key is what the tag of a look is made of: the ticket as its history and stage say it is, and the minute, in
which no clock ticks.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone, translation

from followup.desk.queue.rows import Row, read_rows

Place = tuple[int, int, int]  # a ticket: its id, how long its history is, its stage
Line = dict[str, Any]
Lines = dict[tuple[str, str, Place], Line]

MOST = 20_000  # lines, some 10 MB


class _Kept:
    """The lines of one minute."""

    def __init__(self) -> None:
        self._of: tuple[datetime | None, Lines] = (None, {})

    def lines(self, minute: datetime) -> Lines:
        """Those of this minute, to add to; the others are forgotten."""
        of_minute, lines = self._of
        if of_minute != minute or len(lines) > MOST:
            lines = {}
            self._of = (minute, lines)
        return lines

    def forget_all(self) -> None:
        """Forget every line: in another database the same ids mean other tickets."""
        self._of = (None, {})


_kept = _Kept()
forget_all = _kept.forget_all


def lines_of(places: Sequence[Place], at: datetime) -> dict[int, Line]:
    """The lines of these tickets, by their ids, for who looks now: in their language and zone. At most one query."""
    kept = _kept.lines(at.replace(second=0, microsecond=0))
    reader = translation.get_language() or "", timezone.get_current_timezone_name()
    found = {place: line for place in places if (line := kept.get((*reader, place)))}
    if missing := [place for place in places if place not in found]:
        rows = read_rows([ticket_id for ticket_id, *_more in missing], at)
        new = {place: _line(rows[place[0]]) for place in missing if place[0] in rows}
        kept.update({(*reader, place): line for place, line in new.items()})
        found |= new
    return {place[0]: found[place] for place in places if place in found}


def _line(row: Row) -> Line:
    clock = row.clock
    ticking = {"state": clock.state, "left": clock.left, "words": clock.words}  # what the script draws anew
    return {"fingerprint": row.fingerprint, "clock": ticking}

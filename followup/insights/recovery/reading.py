"""The figures of recovery as pages and files show them; kept where they take long."""

from collections.abc import Sequence
from dataclasses import dataclass

from followup.insights.kept.reading import kept
from followup.insights.recovery import query
from followup.insights.recovery.figures import Recovery, figures_of
from followup.insights.recovery.query import Group, Selection


@dataclass(frozen=True, slots=True)
class Read:
    """The figures of a selection, and the groups of one breakdown.

    They are kept computed: what they are computed from grows with the number of tickets, they do not.
    """

    figures: Recovery
    groups: Sequence[Group]


@kept
def read(chosen: Selection, by: str = "") -> Read:
    """What is known of a selection; three queries. `by`: one of facts.KEYS for the breakdown; "" for none."""
    found = query.read(chosen, by)
    return Read(figures_of(found), found.groups)

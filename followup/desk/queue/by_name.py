"""The orders of the queue by a name, from A to Z, of so many tickets as a person reads: the names stand in rows of
others, and no index of the tickets holds them.
"""

from typing import Any

from django.db.models import F, TextField, Value
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan  # type: ignore[import-untyped]
from django.db.models.functions import Coalesce, Lower, NullIf
from django.db.models.lookups import IsNull

from followup.models.ticket import TicketQuerySet
from nps_project.common.paging import COUNT_LIMIT, BadKey, bounded_count, read_id

MOST = COUNT_LIMIT
_EMPTY = Value("")
#: As the line of a ticket shows them; null for a customer without a name, and where nobody has the ticket.
NAMES = {
    "customer": Coalesce(
        NullIf("response__contact_name", _EMPTY), NullIf("response__contact__name", _EMPTY),
        NullIf("response__contact_email", _EMPTY), "response__contact__email",
        NullIf("response__contact_phone", _EMPTY), NullIf("response__contact__phone", _EMPTY),
        output_field=TextField(),
    ),
    "owner": Coalesce(NullIf("owner__name", _EMPTY), "owner__email", output_field=TextField()),
}  # fmt: skip
_KEY = ("nameless", "by_name", "id")


class TooMany(ValueError):
    """More than MOST tickets."""


def in_order(tickets: TicketQuerySet, order: str, after: str) -> TicketQuerySet:
    """The tickets in an order of NAMES, nameless ones last; behind the ticket whose id is `after`. Two queries at most.

    Raises: TooMany; BadKey for a ticket that is not among them.
    """
    if bounded_count(tickets, MOST) > MOST:
        raise TooMany
    name: Any = NAMES[order]
    rows = tickets.annotate(
        nameless=IsNull(name, True), by_name=Coalesce(Lower(name), _EMPTY, output_field=TextField())
    )
    if after:
        place = rows.filter(pk=read_id(after)).values_list(*_KEY).first()
        if place is None:
            raise BadKey(after)
        rows = rows.filter(TupleGreaterThan(Tuple(*map(F, _KEY)), place))
    return rows.order_by(*_KEY)

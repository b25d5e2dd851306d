"""Counts of contacts that are exact up to a bound and stop there."""

from collections.abc import Sequence

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nps_project.common.paging import bounded_count, bounded_counts
from surveys.models.contact import ContactQuerySet

EXACT_TO = 10_000


def count(contacts: ContactQuerySet) -> int:
    """The number of contacts, at most EXACT_TO + 1; one query that stops there."""
    return bounded_count(contacts, EXACT_TO)


def counts(lists: Sequence[ContactQuerySet]) -> list[int]:
    """`count` of each of these, in one query."""
    return bounded_counts(lists, EXACT_TO)


def count_words(found: int) -> str:
    """A count as the page says it: "1 customer", "more than 10,000 customers"."""
    if found > EXACT_TO:
        return _("more than %(n)s customers") % {"n": number_format(EXACT_TO, force_grouping=True)}
    words = ngettext("%(n)s customer", "%(n)s customers", found)
    return words % {"n": number_format(found, force_grouping=True)}

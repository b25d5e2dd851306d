"""Tickets with a tag: of a rare one by its own index, of a common one on the way through the queue.

The planner knows how often the most common tags are, and takes all others for equally frequent: it walked the queue
until a page was full. That took 4.7 s for the tag of one ticket among a million, and takes 1 ms by its ids.
"""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q

from followup.models import Ticket
from nps_project.common import in_array as in_array

FEW = 5_000  # so many are put in order in the time in which a page of the queue is found among all


def tagged(tag: str) -> Q:
    """Tickets with this tag, whatever its case and spaces. One query, which looks whether they are few."""
    has_it = Q(tags__contains=[" ".join(tag.lower().split())])
    rows = Ticket.objects.filter(has_it).order_by().values("pk")
    are_few = rows[:FEW].count() < FEW
    return Q(pk__in_array=ArraySubquery(rows)) if are_few else has_it

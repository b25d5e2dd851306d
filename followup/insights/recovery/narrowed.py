"""Tickets by what the figures of recovery are filtered by; for the page and the API."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from followup.models.ticket import TicketQuerySet


def narrowed(tickets: TicketQuerySet, given: Mapping[str, Any]) -> TicketQuerySet:
    """Tickets of a survey (slug), team and owner (ids) and root cause (slug), of which it is or a part of which."""
    for name, value in given.items():
        if name == "survey":
            tickets = tickets.filter(survey__slug=value)
        elif name == "root_cause":
            tickets = tickets.filter(Q(root_cause__slug=value) | Q(root_cause__parent__slug=value))
        else:
            tickets = tickets.filter(**{name: value})
    return tickets

"""Filters that find tickets by words, trait, value and promise; for the desk and the API."""

from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Q

from followup.models import Promise, PromiseState, Ticket
from followup.models.activity import ActivityText
from nps_project.accounts.models import User
from surveys.contacts import traits
from surveys.languages import TEXT_SEARCH_CONFIGS
from surveys.models.response import MOST_HITS, newest_about
from surveys.text_search import text_matches, ticket_number, websearch_text


def having_trait(name: str, value: str) -> Q:
    """Tickets with a trait: as the answer has it, else as its customer does. Routing and the page agree."""
    known = traits.having_trait(name, value, field="response__contact__traits")
    return traits.having_trait(name, value, field="response__traits") | (known & ~Q(response__traits__has_key=name))


def worth_at_least(value: Decimal) -> Q:
    """Tickets by the value of the customer; an unknown value is 0."""
    return Q(value_rank__lte=-value)


def worth_at_most(value: Decimal) -> Q:
    """Tickets by the value of the customer; an unknown value is 0."""
    return Q(value_rank__gte=-value)


def promised_before(at: datetime) -> Q:
    """Tickets with an open promise that is due before a time."""
    return Q(pk__in=Promise.objects.filter(state=PromiseState.OPEN, due_at__lt=at).values("ticket"))


def found_by(words: str, user: User) -> list[int]:
    """The ids of tickets with these words in comment, notes or customer, or with this number; at most five queries.

    Comments and notes are searched in the stemming of their own language, customers by the beginnings of names and by
    the end of a phone number. The newest MOST_HITS of each kind are found.
    """
    tickets = Ticket.objects.visible_to(user)
    notes = (
        ActivityText.objects.filter(text_matches("search_vector", words))
        .order_by("-pk")
        .values("activity__ticket")[:MOST_HITS]
    )
    parts = [Q(response__in=newest_about(words)), Q(pk__in=notes), Q(pk=ticket_number(words) or 0)]
    found = [tickets.filter(part).order_by().values_list("pk", flat=True) for part in parts]
    return list(found[0].union(*found[1:]))


def are_common(words: str) -> bool:
    """Whether all of these words are too common in some language to be searched for; one query."""
    with connection.cursor() as cursor:
        configs = list(TEXT_SEARCH_CONFIGS.values())
        cursor.execute(
            "SELECT bool_or(numnode(websearch_to_tsquery(config::regconfig, %s)) = 0) FROM unnest(%s) AS config",
            [websearch_text(words), configs],
        )
        return bool(cursor.fetchone()[0]) and bool(websearch_text(words).strip())

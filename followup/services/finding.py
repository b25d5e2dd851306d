"""Finding tickets: by words, trait, tag, value and promise; for the desk and the API alike."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import F, Q, QuerySet

from followup.models import Promise, PromiseState, Ticket
from followup.models.activity import ActivityText
from nps_project.accounts.models import User
from surveys import traits
from surveys.languages import TEXT_SEARCH_CONFIGS
from surveys.models import Contact, Response

MOST_HITS = 2_000  # of each kind of text, the newest


def having_trait(name: str, value: str) -> Q:
    """As the answer says, else as is known of its customer: as routing and the ticket's page have it."""
    known = traits.having_trait(name, value, field="response__contact__traits")
    return traits.having_trait(name, value, field="response__traits") | (known & ~Q(response__traits__has_key=name))


def tagged(tag: str) -> Q:
    """With this tag, however its letters and spaces were typed."""
    return Q(tags__contains=[" ".join(tag.lower().split())])


def worth_at_least(value: Decimal) -> Q:
    """By the value of the customer; an unknown one is 0."""
    return Q(value_rank__lte=-value)


def worth_at_most(value: Decimal) -> Q:
    """By the value of the customer; an unknown one is 0."""
    return Q(value_rank__gte=-value)


def promised_before(at: datetime) -> Q:
    """With an open promise that is due before a time."""
    return Q(pk__in=Promise.objects.filter(state=PromiseState.OPEN, due_at__lt=at).values("ticket"))


def found_by(words: str, user: User) -> QuerySet[Any, Any]:
    """Ids of tickets whose comment, notes or customer have these words; of each kind the newest MOST_HITS.

    Comments and notes in the stemming of their own language, customers by the beginnings of names.
    """
    notes = Q()
    for language, config in TEXT_SEARCH_CONFIGS.items():
        notes |= Q(language=language, words=SearchQuery(words, config=config, search_type="websearch"))
    # No index has this order: the planner, which knows nothing of beginnings of words, would walk the ids for them.
    customers = Contact.objects.named(words).annotate(recent=0 - F("pk")).order_by("recent")[:MOST_HITS]
    tickets = Ticket.objects.visible_to(user)

    def of(answers: QuerySet[Response]) -> QuerySet[Any, Any]:
        return tickets.filter(response__in=answers.order_by("-pk").values("pk")[:MOST_HITS]).order_by().values("pk")

    said = ActivityText.objects.filter(notes).order_by("-pk").values("activity__ticket")[:MOST_HITS]
    return of(Response.objects.saying(words)).union(
        of(Response.objects.named(words)),
        of(Response.objects.filter(contact__in=customers.values("pk"))),
        tickets.filter(pk__in=said).order_by().values("pk"),
    )

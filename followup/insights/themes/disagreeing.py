"""Tickets on which people chose another cause than the words suggest."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q, QuerySet

from followup.insights.themes.models import Suggestion, precision_in_force
from followup.models import Ticket
from nps_project.accounts.models import User
from nps_project.common.tables import AT_ONCE, in_pages

HEAD = ("ticket", "survey", "score", "chosen", "suggested", "confidence", "words")


def disagreeing(user: User) -> QuerySet[Suggestion]:
    """Suggestions that are shown, of resolved tickets that this person may see, where the two differ; the surest first.

    The suggestion is that of a model which did not learn from the ticket. A cause and what it is part of do not differ.
    """
    rows = Suggestion.objects.filter(
        response__ticket__in=Ticket.objects.visible_to(user).of_real_answers(),
        response__ticket__resolved_at__isnull=False, response__ticket__root_cause__isnull=False,
        confidence__gte=precision_in_force(), cause__is_active=True,
    )  # fmt: skip
    same = (
        Q(response__ticket__root_cause=F("cause"))
        | Q(response__ticket__root_cause=F("cause__parent"))
        | Q(response__ticket__root_cause__parent=F("cause"))
    )
    rows = rows.exclude(pk__in=rows.filter(same).values("pk"))
    shown = rows.select_related("cause", "response__ticket__root_cause", "response__contact")
    return shown.defer("response__search_vector").order_by("-confidence", "-pk")


def differing_pages(user: User) -> Iterator[list[list[object]]]:
    """The head, then a row for each of them, in pages."""
    rows = disagreeing(user).select_related("response__survey").iterator(chunk_size=AT_ONCE)
    found = map(as_fields, rows)
    return in_pages([*HEAD], ([*(one | {"words": ", ".join(one["words"])}).values()] for one in found))


def as_fields(row: Suggestion) -> dict[str, Any]:
    """One of them, by the names of HEAD. confidence: in percent."""
    ticket = row.response.ticket
    chosen = ticket.root_cause.slug if ticket.root_cause else ""
    words = [word for word, _weight in row.words]
    values = (ticket.pk, row.response.survey.slug, ticket.score, chosen, row.cause.slug, row.confidence, words)
    return dict(zip(HEAD, values, strict=True))

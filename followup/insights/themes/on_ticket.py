"""What a ticket shows of themes: the cause that the customer's words suggest, until one is chosen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject
from rest_framework import serializers

from followup.insights.themes.models import Suggestion, precision_in_force
from followup.models import Ticket
from nps_project.accounts.models import Role, User
from nps_project.common.text import in_language


def annotations() -> Mapping[str, Combinable]:
    """What the query of a ticket reads for it."""
    rows = Suggestion.objects.filter(
        response=OuterRef("response"), cause__is_active=True, confidence__gte=precision_in_force()
    )
    found = JSONObject(slug=F("cause__slug"), names=F("cause__names"), confidence=F("confidence"), words=F("words"))
    return {"suggested": Subquery(rows.values(found=found)[:1])}


def shown(user: User, ticket: Ticket, at: datetime) -> dict[str, Any] | None:
    """The suggestion with the words that decided; None without one, and once a cause is chosen."""
    found = getattr(ticket, "suggested", None)
    if not found or ticket.root_cause_id is not None or ticket.is_resolved:
        return None
    return {
        "slug": found["slug"],
        "name": in_language(found["names"]),
        "confidence": found["confidence"],
        "words": [word for word, _weight in found["words"]],
        "may_accept": user.is_at_least(Role.AGENT),
    }


def slug_of(ticket: Any) -> str | None:
    """The slug of the cause that a ticket's words suggest, whether or not one is chosen; `annotations` reads it."""
    found = getattr(ticket, "suggested", None)
    return str(found["slug"]) if found else None


class SuggestedCauseField(serializers.CharField):
    """`slug_of` a ticket."""

    def __init__(self) -> None:
        super().__init__(source="*", read_only=True, allow_null=True)

    def to_representation(self, value: Any) -> str | None:  # type: ignore[override]
        return slug_of(value)

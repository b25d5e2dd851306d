"""Template tags for asking."""

from typing import Any

from django import template

from surveys.campaigns.decisions import of_contact
from surveys.models import Contact

register = template.Library()


@register.inclusion_tag("surveys/asking/_decisions.html", takes_context=True)
def decisions_about(context: template.Context, contact: Contact) -> dict[str, Any]:
    """The table of what was decided about asking this contact, as far as the reader may see it; one query."""
    return {"decisions": of_contact(contact, context["request"].user)}

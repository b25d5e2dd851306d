"""The bell in the head of every staff page: how much of what a person was told is unread."""

from typing import Any

from django import template
from django.utils import timezone

from followup.notices import reading
from followup.presentation.wording import count_words

register = template.Library()


@register.inclusion_tag("followup/desk/notices/_bell.html", takes_context=True)
def bell(context: dict[str, Any]) -> dict[str, Any]:
    """The bell of the person who is signed in; one query, unless the page counted `unread` with its own questions."""
    counted = context.get("unread")
    count = reading.count_unread(context["user"], timezone.now()) if counted is None else counted
    return {
        "count": count,
        "words": count_words(count, reading.MOST),
        "most": reading.MOST,
        "is_here": context.get("room") == "notices",
    }

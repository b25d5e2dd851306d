"""The company's look in customers' pages."""

from typing import Any

from django import template

from surveys.branding import look

register = template.Library()


@register.simple_tag(takes_context=True)
def company_look(context: Any) -> look.Look | None:
    """The look of the page: the one that its view gave, else that of the last second.

    None on pages of no survey, such as those of faults: they must come without a database.
    """
    given = context.get("look")
    if isinstance(given, look.Look):
        return given
    return look.shown() if context.get("brand") else None

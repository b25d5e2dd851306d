"""The address of the part of the guide that tells of the page that is drawn."""

from typing import Any

from django import template
from django.urls import reverse

from nps_project.guide.help_links import part_of

register = template.Library()


@register.simple_tag(takes_context=True)
def help_url(context: dict[str, Any]) -> str:
    """The address; "" for a page without a part."""
    match = getattr(context.get("request"), "resolver_match", None)
    name, _hash, anchor = part_of(match.view_name if match else "").partition("#")
    return f"{reverse('guide:page', args=[name])}#{anchor}" if name else ""

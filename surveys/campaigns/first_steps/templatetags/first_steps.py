"""The first steps on the desk."""

from typing import Any

from django import template

from nps_project.accounts.models import Role
from surveys.campaigns.first_steps import steps

register = template.Library()


@register.inclusion_tag("surveys/first_steps/_desk.html", takes_context=True)
def first_steps(context: template.Context, is_open: bool) -> dict[str, Any]:
    """The steps for admins while they are wanted; unfolded when `is_open`. No query for anybody else."""
    user = context["request"].user
    if not user.is_at_least(Role.ADMIN):
        return {}
    first = steps.first_steps(user)
    return {"first": first, "is_open": is_open, "request": context["request"]} if first.is_wanted else {}

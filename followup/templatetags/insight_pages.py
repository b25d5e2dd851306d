"""The pages of the figures, in the order of a manager's questions."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from followup.presentation.wording import when
from nps_project.accounts.models import Role, User

register = template.Library()

# question, its pages: name, address, what it is called, and whether it reads survey and period from its address
_GROUPS: tuple[tuple[Any, tuple[tuple[str, str, Any, bool], ...]], ...] = (
    (_("How are we?"), (
        ("overview", "insights:overview", _("Overview"), True),
        ("compare", "insights:compare", _("Groups"), True),
        ("silence", "silence:page", _("Who did not answer"), True),
        ("fair_play", "insights:fair_play", _("Fair play"), True),
    )),
    (_("Why?"), (
        ("causes", "causes:causes", _("Root causes"), True),
        ("words", "words:words", pgettext_lazy("a page", "Words"), True),
        ("themes", "themes:themes", _("Themes"), False),
    )),
    (_("What now?"), (
        ("recovery", "insights:recovery", _("Recovery"), True),
        ("risk", "risk:risk", _("Risk and money"), True),
        ("improvements", "improvements:list", _("Improvements"), False),
        ("trials", "trials:list", _("Trials"), False),
    )),
    (_("Show it"), (
        ("wall", "wall:links", _("Wallboard"), False),
        ("reports", "reports:list", _("Reports by mail"), False),
    )),
)  # fmt: skip
_KEPT = ("survey", "from", "to")


@register.simple_tag(takes_context=True)
def insight_groups(context: Mapping[str, Any], here: str = "") -> list[dict[str, Any]]:
    """Each question with its pages that the reader may open; `here` is the page they look at.

    The survey and the period that they chose go along to every page that reads them.
    """
    request = context["request"]
    kept = urlencode([(name, request.GET[name]) for name in _KEPT if request.GET.get(name)])
    groups = []
    for question, pages in _GROUPS:
        shown = [
            {
                "label": label,
                "url": _address(name, address, kept if reads else "", request.user),
                "is_here": name == here,
            }
            for name, address, label, reads in pages
            if _is_for(name, request.user)
        ]
        groups.append({"question": question, "pages": shown, "is_here": any(page["is_here"] for page in shown)})
    return groups


def _is_for(name: str, user: User) -> bool:
    return name != "trials" or (user.is_at_least(Role.MANAGER) and user.sees_all_teams)


def _address(name: str, address: str, kept: str, user: User) -> str:
    """Who may not make links for televisions sees the wallboard itself."""
    if name == "wall" and not user.is_at_least(Role.MANAGER):
        address = "wall:page"
    return reverse(address) + (f"?{kept}" if kept else "")


@register.simple_tag(takes_context=True)
def counted_when(context: Mapping[str, Any]) -> str:
    """When figures of this page that take long were counted, inside a sentence; "" where all were counted just now."""
    asking = getattr(context["request"], "figures", None)
    return when(asking.counted_at, timezone.now(), is_inside=True) if asking and asking.counted_at else ""

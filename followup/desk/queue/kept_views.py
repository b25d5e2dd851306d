"""Views of the queue that people keep: the filters of an address, under a name."""

from django.db import transaction
from django.db.models import Q, QuerySet

from followup.errors import InvalidAction
from followup.models import SavedView
from nps_project.accounts.models import Role, Team, User

MOST = 20
LONGEST_QUERY = 2000


@transaction.atomic
def save(*, owner: User, name: str, query: str, is_shared: bool) -> SavedView:
    """Keep a view; it replaces one's own view of that name. Raises: InvalidAction, also when an agent shares one."""
    if is_shared and not owner.is_at_least(Role.MANAGER):
        raise InvalidAction("is_shared", True, "false; managers and admins share views")
    name = " ".join(name.split())
    if not 0 < len(name) <= 60:
        raise InvalidAction("name", name[:80], "a name of at most 60 characters")
    if len(query) > LONGEST_QUERY:
        raise InvalidAction("query", f"{len(query)} characters", f"at most {LONGEST_QUERY}")
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)  # the limit holds for two at once
    mine = SavedView.objects.filter(owner=owner)
    if mine.exclude(name=name).count() >= MOST:
        raise InvalidAction("name", name, f"at most {MOST} views; delete one first")
    view, _is_new = mine.update_or_create(owner=owner, name=name, defaults={"query": query, "is_shared": is_shared})
    return view


def delete(*, owner: User, view_id: int) -> bool:
    """Delete a view that its owner keeps. Returns: False when the owner keeps no such view."""
    return bool(SavedView.objects.filter(owner=owner, pk=view_id).delete()[0])


def of(user: User) -> QuerySet[SavedView]:
    """One's own views and those that managers share, by name, at most fifty. Each shows only what its reader may see.

    A manager who does not see all teams shares with the people of their own teams: even the name of a view may say what
    others may not know.
    """
    members = Team.members.through.objects.filter(team__in=user.teams.all())
    near = Q(all_teams=True) | Q(role=Role.ADMIN) | Q(pk__in=members.values("user_id"))
    sharing = User.objects.people().filter(near, role__in=[Role.MANAGER, Role.ADMIN])
    rows = SavedView.objects.filter(Q(owner=user) | Q(is_shared=True, owner__in=sharing)).select_related("owner")
    return rows.order_by("name", "pk")[:50]

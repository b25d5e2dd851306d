"""Views of the queue that people keep: the filters of an address, under a name."""

from django.db import transaction
from django.db.models import Q, QuerySet

from followup.errors import InvalidAction
from followup.models import SavedView
from nps_project.accounts.models import User

MOST = 20
LONGEST_QUERY = 2000


@transaction.atomic
def save(*, owner: User, name: str, query: str, is_shared: bool) -> SavedView:
    """Keep a view; one of that name is replaced. Raises: InvalidAction."""
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
    """Forget one of one's own; False when there is none."""
    return bool(SavedView.objects.filter(owner=owner, pk=view_id).delete()[0])


def of(user: User) -> QuerySet[SavedView]:
    """One's own and what colleagues share, by name, at most fifty. What each shows is still what its reader may see."""
    rows = SavedView.objects.filter(Q(owner=user) | Q(is_shared=True, owner__is_active=True)).select_related("owner")
    return rows.order_by("name", "pk")[:50]

"""Whose turn it is in a team."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from django.db.models import F, IntegerField, OuterRef, Subquery
from django.db.models.expressions import RawSQL

from followup.models import WorkShare
from followup.notify.cover import Cover
from nps_project.accounts.models import Team, User

# How many more tickets somebody may have, null without a limit. It looks at as many of theirs as the limit, however
# many they have.
_PLACES = """(
    SELECT greatest(share.open_limit - (SELECT count(*) FROM (
        SELECT FROM followup_ticket taken WHERE taken.owner_id = accounts_user.id AND taken.resolved_at IS NULL
        LIMIT share.open_limit
    ) AS held), 0) FROM followup_workshare share
    WHERE share.team_id = %s AND share.person_id = accounts_user.id AND share.open_limit IS NOT NULL
)"""


def lock_people(team_ids: Collection[int]) -> None:
    """Lock the people of these teams until the transaction ends: a person's limit holds over all their teams and many
    workers. For all teams of a transaction at once: in one order everywhere two wait, and none is stuck.
    """
    members = Team.members.through.objects.filter(team__in=team_ids).values("user")
    rows = User.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=members).order_by("pk")
    list(rows.values_list("pk", flat=True))


class Turns:
    """The turns of a team in one transaction: who is present, is below their limit and has waited longest is next.

    The team's people are locked (`lock_people`). `given`: how many tickets each of them, by id, got in this transaction
    that are not stored yet, by whatever rule. Two queries, and a statement to store the turns that were taken.
    """

    def __init__(self, team_id: int, cover: Cover, given: Mapping[int, int]) -> None:
        self.team_id, self._cover, self._given = team_id, cover, given
        self._waiting = members(team_id)
        self._by_id = {person.pk: person for person in self._waiting}
        self._taken: list[User] = []

    def next(self) -> User | None:
        """Take the next turn; None when nobody has room."""
        for person in self._waiting:
            there = self._cover.active_recipient(person)
            taker: Any = self._by_id.get(there.pk) if there else None
            if taker is not None and (taker.places is None or taker.places > self._given.get(taker.pk, 0)):
                self._waiting.remove(person)
                self._waiting.append(person)
                self._taken.append(person)
                return cast(User, taker)
        return None

    def store(self) -> None:
        """Store who took a turn, for those after them."""
        at = {person.pk: self._cover.at + timedelta(microseconds=n) for n, person in enumerate(self._taken)}
        WorkShare.objects.bulk_create(
            [WorkShare(team_id=self.team_id, person_id=pk, last_assigned_at=taken) for pk, taken in at.items()],
            update_conflicts=True, unique_fields=["team", "person"], update_fields=["last_assigned_at"],
        )  # fmt: skip


def next_in_turn(team_id: int, at: datetime) -> User | None:
    """Take one turn of a team; None when nobody has room."""
    lock_people([team_id])
    turns = Turns(team_id, Cover(at), {})
    taker = turns.next()
    turns.store()
    return taker


def members(team_id: int) -> list[User]:
    """The team's people who may work, in the order of their turns, each with their free `places`; one query."""
    share = WorkShare.objects.filter(team=team_id, person=OuterRef("pk"))
    rows = User.objects.workers().filter(is_service=False, teams=team_id)
    return list(
        rows.annotate(
            waited_since=Subquery(share.values("last_assigned_at")[:1]),
            places=RawSQL(_PLACES, [team_id], output_field=IntegerField(null=True)),  # noqa: S611  (a constant)
        ).order_by(F("waited_since").asc(nulls_first=True), "pk")
    )

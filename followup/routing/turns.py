"""Whose turn it is in a team."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import connection
from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from followup.models import WorkShare
from followup.notify.cover import Cover
from nps_project.accounts.models import User
from nps_project.common import new_rows
from nps_project.common.kept_queries import KeptQuery, Place, given
from nps_project.common.new_rows import Given
from nps_project.common.statements import Prepared

_LATER = " ON CONFLICT (team_id, person_id) DO UPDATE SET last_assigned_at = EXCLUDED.last_assigned_at"

# How many more tickets somebody may have, null without a limit. It looks at as many of theirs as the limit, however
# many they have, and by the order of their index, without which the planner may read everybody's to find them.
_PLACES = """(
    SELECT greatest(share.open_limit - (SELECT count(*) FROM (
        SELECT FROM followup_ticket taken WHERE taken.owner_id = accounts_user.id AND taken.resolved_at IS NULL
        ORDER BY taken.stage LIMIT share.open_limit
    ) AS held), 0) FROM followup_workshare share
    WHERE share.team_id = %s AND share.person_id = accounts_user.id AND share.open_limit IS NOT NULL
)"""


_LOCK = Prepared(
    "lock_people",
    """SELECT FROM accounts_user WHERE id IN (SELECT user_id FROM accounts_team_members WHERE team_id = ANY (%s))
    ORDER BY id FOR NO KEY UPDATE""",
    ["bigint[]"],
)


def lock_people(team_ids: Collection[int]) -> None:
    """Lock the people of these teams until the transaction ends: a person's limit holds over all their teams and many
    workers. For all teams of a transaction at once: in one order everywhere two wait, and none is stuck.
    """
    with connection.cursor() as cursor:
        _LOCK.execute(cursor, [list(team_ids)])


class Turns:
    """The turns of a team in one transaction: who is present, is below their limit and has waited longest is next.

    The team's people are locked (`lock_people`). `given`: how many tickets each of them, by id, got in this transaction
    that are not stored yet, by whatever rule. Two queries.
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

    @property
    def taken(self) -> list[WorkShare]:
        """Who took a turn, for those after them; to be stored by `stored`."""
        at = {person.pk: self._cover.at + timedelta(microseconds=n) for n, person in enumerate(self._taken)}
        return [WorkShare(team_id=self.team_id, person_id=pk, last_assigned_at=taken) for pk, taken in at.items()]


def stored(taken: Sequence[WorkShare]) -> list[Given]:
    """Turns that were taken as parts of a statement; none without any."""
    return [new_rows.rows(taken, _LATER)] if taken else []


def next_in_turn(team_id: int, at: datetime) -> User | None:
    """Take one turn of a team; None when nobody has room."""
    lock_people([team_id])
    turns = Turns(team_id, Cover(at), {})
    taker = turns.next()
    new_rows.store("turns", stored(turns.taken))
    return taker


def _members() -> QuerySet[User]:
    share = WorkShare.objects.filter(team=given("team"), person=OuterRef("pk"))
    rows = User.objects.workers().filter(is_service=False, teams=given("team"))
    return rows.annotate(
        waited_since=Subquery(share.values("last_assigned_at")[:1]),
        places=RawSQL(_PLACES, [Place("team")], output_field=IntegerField(null=True)),  # noqa: S611  (a constant)
    ).order_by(F("waited_since").asc(nulls_first=True), "pk")


_MEMBERS = KeptQuery("members", _members)


def members(team_id: int) -> list[User]:
    """The team's people who may work, in the order of their turns, each with their free `places`; one query."""
    return _MEMBERS.read(team=team_id)

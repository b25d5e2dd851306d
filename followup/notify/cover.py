"""Who is present at a time, and who stands in for those who are away or have left."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet

from followup.models import Absence, Ticket
from nps_project.accounts.models import Role, User
from nps_project.common.kept_queries import KeptQuery, given

MOST = 100  # people for whom one stands in, and managers who are told


def _absences() -> QuerySet[Absence]:
    first, last = given("begins", "date", DateField()), given("ends", "date", DateField())
    rows = Absence.objects.filter(first_day__lte=first, last_day__gte=last)
    return rows.select_related("person", "stand_in").order_by("pk")


_ABSENCES = KeptQuery("absences", _absences)


class Cover:
    """The absences of a time, read once: one query for any number of people."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._managers: dict[tuple[int | None, int | None], list[User]] = {}

    @cached_property
    def _away(self) -> dict[int, Absence]:
        """Who is away on the day that it is where they are."""
        day = timedelta(days=1)
        rows = _ABSENCES.read(begins=(self.at + day).date(), ends=(self.at - day).date())
        return {row.person_id: row for row in rows if row.first_day <= local_day(row.person, self.at) <= row.last_day}

    @cached_property
    def gone(self) -> list[User]:
        """People who were switched off and still own open tickets; a look at an index for each of them. One query."""
        theirs = Q(Exists(Ticket.objects.unresolved().filter(owner=OuterRef("pk"))))
        return list(User.objects.filter(theirs, is_active=False))

    @property
    def gone_ids(self) -> list[int]:
        """The ids of those who are gone."""
        return [person.pk for person in self.gone]

    def managers(self, ticket: Ticket) -> list[User]:
        """The managers who may see the ticket and are present, and stand-ins for the others.

        All of them when nobody is present; the admins when there is no manager. One query for each team.
        """
        key = ticket.team_id, ticket.owner_id
        if key not in self._managers:
            people = User.objects.people().filter(ticket.seen_by(), role__in=[Role.MANAGER, Role.ADMIN]).order_by("pk")
            found = list(people.filter(role=Role.MANAGER)[:MOST]) or list(people[:MOST])
            self._managers[key] = _each_once(self.active_recipient(person) for person in found) or found
        return self._managers[key]

    def active_recipient(self, person: User | None) -> User | None:
        """The person if present, else the first of their chain of stand-ins who is.

        None when nobody of the chain is present, and for a person who was switched off.
        """
        passed: set[int] = set()
        while person is not None and person.is_active and person.pk not in passed:
            absence = self._away.get(person.pk)
            if absence is None:
                return person
            passed.add(person.pk)
            person = absence.stand_in
        return None

    def covered_by(self, user: User) -> list[int]:
        """The ids of people who are away and for whom this person stands in now, also through others."""
        ids = (pk for pk, absence in self._away.items() if self.active_recipient(absence.person) == user)
        return [pk for pk in ids if pk != user.pk][:MOST]

    def lead_or_managers(self, ticket: Ticket) -> list[User]:
        """The team's lead, or their stand-in; without one present, the managers."""
        lead = self.active_recipient(ticket.team.lead) if ticket.team else None
        return [lead] if lead else self.managers(ticket)

    def answering(self, people: Iterable[User], ticket: Ticket) -> list[User]:
        """Each of these people or their stand-in, once.

        Where neither is present, the lead or the managers of the ticket; when those are none either, the people
        themselves, if active.
        """
        wanted = list(people)
        found: list[User | None] = []
        for person in wanted:
            there = self.active_recipient(person)
            found += [there] if there else self.lead_or_managers(ticket)
        return _each_once(found) or [person for person in wanted if person.is_active]


def _each_once(people: Iterable[User | None]) -> list[User]:
    return list({person.pk: person for person in people if person is not None}.values())


def local_day(person: User, at: datetime) -> date:
    """The date at a time in the person's zone."""
    return at.astimezone(person.zone).date()

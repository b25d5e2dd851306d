"""One person, however many contact rows have their address: what the rules ask of them."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from nps_project.deliveries.queueing import is_reserved
from nps_project.privacy.suppression import is_never_asked
from surveys.campaigns.rules import About, Customer
from surveys.models import (
    Asking,
    Contact,
    Invitation,
    Response,
    ResponseState,
    Survey,
    SurveyStatus,
    Unsubscription,
)


def rows_of_person(contact: Contact) -> QuerySet[Contact]:
    """The contact and every other row with the same address, in the order in which they are locked.

    A key of one survey makes rows of its own; the person behind them is one.
    """
    return rows_of_people([contact])


def rows_of_people(contacts: Sequence[Contact]) -> QuerySet[Contact]:
    """The rows of all these people, in the order in which they are locked."""
    surveys = list(Survey.objects.values_list("pk", flat=True))  # so that the indexes by address serve
    addresses = {contact.email.lower() for contact in contacts if contact.email}
    without = [contact.pk for contact in contacts if not contact.email]
    rows = Contact.objects.defer("search_vector").alias(address=Lower("email")).order_by("pk")
    rows = rows.annotate(is_never_asked=is_never_asked("email"))
    alike = Q(address__in=addresses) & (Q(survey=None) | Q(survey__in=surveys))
    return rows.filter(alike | Q(pk__in=without) if without else alike)


class People:
    """What the rules ask of the people behind some contacts, whose rows were read by `rows_of_people`."""

    def __init__(self, rows: Sequence[Contact], surveys: Sequence[int]) -> None:
        """One query."""
        self._by_id = {row.pk: row for row in rows}
        self._by_address: dict[str, list[Contact]] = {}
        for row in rows:
            if row.email:
                self._by_address.setdefault(row.email.lower(), []).append(row)
        wishes = Unsubscription.objects.filter(contact__in=list(self._by_id), survey__in=set(surveys))
        self._left = set(wishes.values_list("contact", "survey"))

    def ids(self) -> Sequence[int]:
        return list(self._by_id)

    def row(self, contact_id: int) -> Contact | None:
        """The contact as it was read."""
        return self._by_id.get(contact_id)

    def of(self, contact: Contact) -> Sequence[Contact]:
        """All rows of this person."""
        return self._by_address.get(contact.email.lower(), [contact]) if contact.email else [contact]

    def customer(self, contact: Contact, survey_id: int) -> Customer:
        """What the rules ask of the person."""
        rows = self.of(contact)
        asked = [row.last_asked_at for row in rows if row.last_asked_at]
        wishes = [row.ask_every_days for row in rows if row.ask_every_days is not None]
        return Customer(
            has_address=bool(contact.email),
            has_reserved_address=bool(contact.email) and is_reserved(contact.email or ""),
            do_not_contact=any(row.do_not_contact or getattr(row, "is_never_asked", False) for row in rows),
            is_unsubscribed=any(row.unsubscribed_at or (row.pk, survey_id) in self._left for row in rows),
            has_bounced=any(row.bounced_at for row in rows),
            last_asked_at=max(asked, default=None),
            ask_every_days=max(wishes, default=None),
        )


class Answers:
    """When some people last answered some surveys, by any door: a mail, a call, another link."""

    def __init__(self, people: People, surveys: Sequence[int]) -> None:
        """One query."""
        self._people = people
        found = Response.objects.exclude(state=ResponseState.DISCARDED)
        found = found.filter(contact__in=people.ids(), survey__in=set(surveys)).order_by()
        last = found.values_list("contact", "survey").annotate(Max("answered_at"))
        self._last = {(contact, survey): at for contact, survey, at in last}

    def have_come_since(self, contact: Contact, survey_id: int, since: datetime | None) -> bool:
        """Whether the person has answered the survey from `since` on; None: there was no mail to answer."""
        said = [self._last.get((row.pk, survey_id)) for row in self._people.of(contact)]
        return since is not None and any(at is not None and at >= since for at in said)


def asked_since(invitations: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """Of these that were asked, those whose people somebody has asked since, or who are as if not asked any more."""
    surveys = list(Survey.objects.values_list("pk", flat=True))  # so that the indexes by address serve
    rows = Contact.objects.alias(address=Lower("email")).filter(Q(survey=None) | Q(survey__in=surveys))
    others = rows.filter(address=Lower(OuterRef("contact__email")), last_asked_at__gt=OuterRef("asked_at"))
    return invitations.filter(~Q(contact__last_asked_at=F("asked_at")) | Exists(others), asked_at__isnull=False)


def customer_of(contact: Contact, rows: Sequence[Contact], survey: Survey) -> Customer:
    """What the rules ask of a person; one query. `rows`: those of `rows_of_person`."""
    return People(rows, [survey.pk]).customer(contact, survey.pk)


def about_survey(survey: Survey, at: datetime, company_days: int | None = None) -> About:
    """What the rules ask of a survey; one query, unless the company's days are given."""
    return About(
        is_live=survey.status == SurveyStatus.LIVE and not survey.is_expired(at),
        quarantine_days=survey.quarantine_days,
        company_days=Asking.current().quarantine_days if company_days is None else company_days,
    )

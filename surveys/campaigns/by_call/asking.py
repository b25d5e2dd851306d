"""Ask customers by phone who were drawn for it: the row of the person decides, as for a mail."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Value
from django.db.models.functions import Greatest

from nps_project.accounts.models import User
from surveys.campaigns import rules
from surveys.campaigns.people import People, about_survey, rows_of_people
from surveys.models import (
    AskDecision,
    Contact,
    DecisionToAsk,
    Invitation,
    InvitationChannel,
    InvitationStatus,
    Survey,
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """Who is called now, and when they were asked before."""

    contact_id: int
    asked_before: datetime | None


@dataclass(frozen=True, slots=True)
class Decided:
    """The first of some customers who may be asked now, if any; and what keeps those before them, by contact."""

    claimed: Claimed | None
    kept: Mapping[int, rules.Held | rules.Skipped]


def claim_first(survey: Survey, contacts: Sequence[Contact], at: datetime) -> Decided:
    """Lock the people behind these contacts and mark the first who may be asked by phone as asked at `at`, so that
    nobody else asks them meanwhile; for a transaction of the caller. A fixed number of queries.

    Who is not reached then is given back by `give_back`.
    """
    people = People(
        list(rows_of_people(contacts).select_for_update(no_key=True, of=("self",))) if contacts else [], [survey.pk]
    )
    about, kept = about_survey(survey, at), dict[int, rules.Held | rules.Skipped]()
    for contact in contacts:
        row = people.row(contact.pk)
        if row is None:
            continue
        decision = rules.decide_call(people.customer(row, survey.pk), about, at)
        if isinstance(decision, rules.Ask):
            Contact.objects.filter(pk=row.pk).update(last_asked_at=at)
            return Decided(Claimed(row.pk, row.last_asked_at), kept)
        kept[contact.pk] = decision
    return Decided(None, kept)


def give_back(calls: Iterable[tuple[int, datetime, datetime | None]]) -> None:
    """These were not reached: (contact, asked at, asked before). They are as if not asked, unless somebody asked them
    since."""
    for contact_id, asked_at, before in calls:
        Contact.objects.filter(pk=contact_id, last_asked_at=asked_at).update(last_asked_at=before)


def keep_refusal(*, survey: Survey, contact_id: int, by: User, at: datetime) -> Invitation:
    """A customer was asked by phone and gave no score: they were asked, and that counts for the quarantine."""
    invitation = Invitation.objects.create(
        survey=survey, contact_id=contact_id, channel=InvitationChannel.PHONE, status=InvitationStatus.CREATED,
        asked_at=at, created_by=by,
    )  # fmt: skip
    Contact.objects.filter(pk=contact_id).update(last_asked_at=Greatest("last_asked_at", Value(at)))
    AskDecision.objects.create(
        contact_id=contact_id, survey=survey, invitation=invitation, at=at, decision=DecisionToAsk.ASKED
    )
    return invitation

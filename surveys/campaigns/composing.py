"""Make the mails of asked customers at the moment of sending, unless something speaks against it by then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef

from nps_project.accounts.links import make_address_token
from nps_project.deliveries.composing import Composed, Later, Mail, Never
from nps_project.deliveries.models import Delivery
from surveys.campaigns import mail, rules
from surveys.campaigns.mail_keys import REMINDER, invitation_id_of
from surveys.campaigns.pacing.late import LATE
from surveys.campaigns.people import Answers, People, about_survey, rows_of_people
from surveys.models import Asking, CampaignStatus, Invitation, InvitationStatus, Response, SurveyStatus

NOT_LOOKED_AT = timedelta(minutes=1)  # until the sweep has looked what is late
PAUSED = timedelta(minutes=15)
BOUNCE = "bounce"
ANSWERED, ENDED = "answered", "ended"


def compose(deliveries: Sequence[Delivery], at: datetime) -> Mapping[int, Composed]:
    """The mails of invitations, by the ids of the deliveries; a fixed number of queries.

    Later while the survey or the campaign is paused, and never once the customer may not be mailed, has answered, or
    was asked by somebody else while this mail was held up.
    """
    ids = {row.pk: invitation_id_of(row.about) or 0 for row in deliveries}
    answered = Exists(Response.objects.filter(invitation=OuterRef("pk")))
    rows = Invitation.objects.select_related("survey", "contact", "campaign").defer("contact__search_vector")
    found = {row.pk: row for row in rows.filter(pk__in=set(ids.values())).annotate(has_answer=answered)}
    contacts, surveys = [row.contact for row in found.values()], [row.survey_id for row in found.values()]
    people = People(list(rows_of_people(contacts)), surveys)
    is_reminded = any(row.template == REMINDER for row in deliveries)
    known = _Known(people, Answers(people, surveys) if is_reminded else None, Asking.current(), at)
    return {row.pk: _compose(row, found.get(ids[row.pk]), known) for row in deliveries}


@dataclass(frozen=True, slots=True)
class _Known:
    """What is read once for some mails. `answers`: where one of them reminds."""

    people: People
    answers: Answers | None
    asking: Asking
    at: datetime


def _compose(delivery: Delivery, invitation: Invitation | None, known: _Known) -> Composed:
    at, is_reminder = known.at, delivery.template == REMINDER
    if reason := _obsolete(invitation, is_reminder):
        return Never(reason)
    assert invitation is not None  # noqa: S101  (else it is obsolete)
    if not known.asking.was_looked_at_since(at - LATE):
        return Later(at + NOT_LOOKED_AT)
    survey, contact, campaign = invitation.survey, invitation.contact, invitation.campaign
    customer = known.people.customer(contact, survey.pk)
    if reason := rules.never_mailed(customer):
        return Never(reason)
    if (contact.email or "").lower() != delivery.to_address.lower():
        return Never(rules.NO_ADDRESS)  # the one that was asked is theirs no more
    if campaign is not None and campaign.status == CampaignStatus.STOPPED:
        return Never(ENDED)
    if survey.status == SurveyStatus.PAUSED or (campaign is not None and campaign.status == CampaignStatus.PAUSED):
        return Later(at + PAUSED)
    if not survey.takes_answers(at):
        return Never(rules.SURVEY_NOT_LIVE)
    if is_reminder and known.answers and known.answers.have_come_since(contact, survey.pk, invitation.sent_at):
        return Never(ANSWERED)
    about = about_survey(survey, at, known.asking.quarantine_days)
    is_again = invitation.follows_id is not None
    if not is_reminder and not is_again and rules.was_asked_since(customer, about, invitation.asked_at, at):
        return Never(rules.QUARANTINE)
    kind = mail.REMINDS if is_reminder else mail.ASKS_AGAIN if is_again else mail.ASKS
    bones = mail.skeleton(survey.pk, survey.revision, invitation.language, kind=kind)
    made = bones.fill(mail.values_of(invitation, bones.content.fixed))
    return Mail(made.subject, made.text, made.html, mail.headers_of(invitation), _envelope_sender(invitation))


def _obsolete(invitation: Invitation | None, is_reminder: bool) -> str:
    """Why the mail has nothing to say any more; empty when it has."""
    if invitation is None:
        return "gone"
    if not is_reminder:
        return "" if invitation.status == InvitationStatus.WAITING else invitation.status
    if invitation.has_answer or invitation.complained_at is not None:  # type: ignore[attr-defined]  # annotated above
        return ANSWERED
    may_be = (InvitationStatus.SENT, InvitationStatus.DELIVERED)
    return "" if invitation.status in may_be else invitation.status


def _envelope_sender(invitation: Invitation) -> str:
    """Where the mail comes back to: the token names the invitation, whatever the text of a bounce says."""
    address = settings.BOUNCE_ADDRESS
    return mail.plus_address(address, make_address_token(BOUNCE, invitation.public_id)) if address else ""

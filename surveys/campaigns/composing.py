"""Make the mail of an asked customer at the moment of sending, unless something speaks against it by then."""

from datetime import datetime, timedelta

from django.conf import settings

from nps_project.accounts.links import make_address_token
from nps_project.deliveries.composing import Composed, Later, Mail, Never
from nps_project.deliveries.models import Delivery
from surveys.campaigns import mail, rules
from surveys.campaigns.asking import LATE, invitation_id_of
from surveys.campaigns.people import customer_of, rows_of_person
from surveys.models import Asking, Invitation, InvitationStatus, SurveyStatus

NOT_LOOKED_AT = timedelta(minutes=1)  # until the sweep has looked what is late
PAUSED = timedelta(minutes=15)
BOUNCE = "bounce"


def compose(delivery: Delivery, at: datetime) -> Composed:
    """The mail of an invitation; later while its survey is paused, and never once the customer may not be mailed."""
    rows = Invitation.objects.select_related("survey", "contact")
    invitation = rows.filter(pk=invitation_id_of(delivery.about) or 0).first()
    if invitation is None or invitation.status != InvitationStatus.WAITING:
        return Never(invitation.status if invitation else "gone")
    if not Asking.current().was_looked_at_since(at - LATE):
        return Later(at + NOT_LOOKED_AT)
    survey, contact = invitation.survey, invitation.contact
    customer = customer_of(contact, list(rows_of_person(contact)), survey)
    if reason := rules.never_mailed(customer):
        return Never(reason)
    if (contact.email or "").lower() != delivery.to_address.lower():
        return Never(rules.NO_ADDRESS)  # the one that was asked is theirs no more
    if survey.status == SurveyStatus.PAUSED:
        return Later(at + PAUSED)
    if survey.status != SurveyStatus.LIVE or survey.is_expired(at):
        return Never(rules.SURVEY_NOT_LIVE)
    bones = mail.skeleton(survey.pk, survey.revision, invitation.language)
    made = bones.fill(mail.values_of(invitation, bones.content.fixed))
    return Mail(made.subject, made.text, made.html, mail.headers_of(invitation), _envelope_sender(invitation))


def _envelope_sender(invitation: Invitation) -> str:
    """Where the mail comes back to: the token names the invitation, whatever the text of a bounce says."""
    local, at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+{make_address_token(BOUNCE, invitation.public_id)}@{domain}" if at else ""

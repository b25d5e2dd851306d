"""One person, however many contact rows have their address: what the rules ask of them."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from nps_project.deliveries.queueing import is_reserved
from surveys.campaigns.rules import About, Customer
from surveys.models import Asking, Contact, Survey, SurveyStatus, Unsubscription


def rows_of_person(contact: Contact) -> QuerySet[Contact]:
    """The contact and every other row with the same address, in the order in which they are locked.

    A key of one survey makes rows of its own; the person behind them is one.
    """
    rows = Contact.objects.order_by("pk")
    if not contact.email:
        return rows.filter(pk=contact.pk)
    surveys = list(Survey.objects.values_list("pk", flat=True))  # so that the indexes by address serve
    rows = rows.alias(address=Lower("email")).filter(address=contact.email.lower())
    return rows.filter(Q(survey=None) | Q(survey__in=surveys))


def customer_of(contact: Contact, rows: Sequence[Contact], survey: Survey) -> Customer:
    """What the rules ask of a person; one query. `rows`: those of `rows_of_person`."""
    asked = [row.last_asked_at for row in rows if row.last_asked_at]
    wishes = [row.ask_every_days for row in rows if row.ask_every_days is not None]
    left = any(row.unsubscribed_at for row in rows)
    left = left or Unsubscription.objects.filter(contact__in=[row.pk for row in rows], survey=survey).exists()
    return Customer(
        has_address=bool(contact.email),
        has_reserved_address=bool(contact.email) and is_reserved(contact.email or ""),
        do_not_contact=any(row.do_not_contact for row in rows),
        is_unsubscribed=left,
        has_bounced=any(row.bounced_at for row in rows),
        last_asked_at=max(asked, default=None),
        ask_every_days=max(wishes, default=None),
    )


def about_survey(survey: Survey, at: datetime) -> About:
    """What the rules ask of a survey; one query."""
    return About(
        is_live=survey.status == SurveyStatus.LIVE and not survey.is_expired(at),
        quarantine_days=survey.quarantine_days,
        company_days=Asking.current().quarantine_days,
    )

"""What mails that ask are called in the outbox: by their survey."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from nps_project.deliveries.models import Delivery
from surveys.campaigns.mail_keys import REMINDER, invitation_id_of
from surveys.models import Invitation


def names_of(deliveries: Sequence[Delivery]) -> dict[int, str]:
    """By the ids of these mails and reminders; one query."""
    asked = {row.pk: invitation_id_of(row.about) for row in deliveries}
    rows = Invitation.objects.filter(pk__in={pk for pk in asked.values() if pk})
    surveys = dict(rows.values_list("pk", "survey__name"))
    return {row.pk: _words(row, surveys[pk]) for row in deliveries if (pk := asked[row.pk]) in surveys}


def _words(delivery: Delivery, survey: str) -> str:
    words = _("Survey: %(survey)s, reminder") if delivery.template == REMINDER else _("Survey: %(survey)s")
    return words % {"survey": survey}

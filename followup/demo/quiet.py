"""No mail of the sample data leaves."""

from datetime import datetime

from followup.notify.mails import ACCOUNT_MANAGER_MAIL
from nps_project.deliveries.models import Delivery, Status


def hush(ticket_id: int, at: datetime) -> int:
    """Suppress the queued mails of a ticket: none leaves, and all stay readable in the outbox, with the time `at`.

    Returns: the number of mails.
    """
    about = [f"ticket:{ticket_id}", f"{ACCOUNT_MANAGER_MAIL}{ticket_id}"]
    return Delivery.objects.filter(about__in=about, status=Status.QUEUED).update(
        status=Status.SUPPRESSED, queued_at=at, retry_at=at, sent_at=at, attempts=1
    )

"""Background work of what comes back."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from nps_project.deliveries.inbound import forgetting, mailbox


@shared_task(name="inbound.read_mailboxes")
def read_mailboxes() -> None:
    """Read what is new in the mailboxes, one after the other."""
    for url in settings.MAILBOXES:
        mailbox.read(url)


@shared_task(name="inbound.forget")
def forget() -> None:
    """Forget events that nobody tells again, and mails that were understood or ticked off."""
    forgetting.forget(timezone.now())

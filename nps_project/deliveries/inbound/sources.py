"""The sources of returned mail, and when each was last heard."""

from datetime import datetime, timedelta

from django.db.models import Q

from nps_project.deliveries.inbound.models import MailSource, SourceKind

WRITTEN_EACH = timedelta(minutes=1)  # a busy service writes its row no more often
MAILBOX_FRESH = timedelta(hours=2)
SERVICE_FRESH = timedelta(days=3)


def heard(name: str, at: datetime) -> None:
    """A mail service has told something."""
    rows = MailSource.objects.filter(name=name, kind=SourceKind.SERVICE)
    stale = rows.filter(Q(word_at=None) | Q(word_at__lt=at - WRITTEN_EACH))
    if not stale.update(reached_at=at, word_at=at) and not rows.exists():
        row = MailSource(name=name, kind=SourceKind.SERVICE, reached_at=at, word_at=at)
        MailSource.objects.bulk_create([row], ignore_conflicts=True)


def are_bounces_read(at: datetime) -> bool:
    """Whether a bounce would be seen: a mailbox was read lately, or a service has spoken lately."""
    mailbox = Q(kind=SourceKind.MAILBOX, failed_at=None, reached_at__gte=at - MAILBOX_FRESH)
    service = Q(kind=SourceKind.SERVICE, word_at__gte=at - SERVICE_FRESH)
    return MailSource.objects.filter(mailbox | service).exists()

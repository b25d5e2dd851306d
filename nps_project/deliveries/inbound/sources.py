"""The sources of returned mail, and when each was last heard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
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


class SourceState(StrEnum):
    """How a source is. `silent`: it has not been heard yet, or not for a while; `gone`: it is not set any more."""

    WELL = "well"
    FAILING = "failing"
    SILENT = "silent"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Source:
    """A source that is set, or was."""

    row: MailSource
    state: SourceState


def all_sources(at: datetime) -> Sequence[Source]:
    """Every mailbox and service that is set or was ever heard, by name; one query."""
    known = {row.name: row for row in MailSource.objects.order_by("name")}
    are_set = {url.name: SourceKind.MAILBOX for url in settings.MAILBOXES}
    if settings.MAIL_WEBHOOK_SECRET and settings.EMAIL_SERVICE:
        are_set[settings.EMAIL_SERVICE] = SourceKind.SERVICE
    rows = [*known.values(), *(MailSource(name=name, kind=kind) for name, kind in are_set.items() if name not in known)]
    return [Source(row, _state(row, row.name in are_set, at)) for row in sorted(rows, key=lambda row: row.name)]


def _state(row: MailSource, is_set: bool, at: datetime) -> SourceState:
    if row.kind == SourceKind.SERVICE:
        if not settings.MAIL_WEBHOOK_SECRET:
            return SourceState.GONE
        return SourceState.WELL if _is_since(row.word_at, at - SERVICE_FRESH) else SourceState.SILENT
    if not is_set:
        return SourceState.GONE
    if row.failed_at is not None:
        return SourceState.FAILING
    return SourceState.WELL if _is_since(row.reached_at, at - MAILBOX_FRESH) else SourceState.SILENT


def _is_since(at: datetime | None, since: datetime) -> bool:
    return at is not None and at >= since

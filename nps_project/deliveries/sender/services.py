"""The sender of this installation: its settings, what was looked up of it, and looking again."""

from datetime import datetime

from django.conf import settings

from nps_project.deliveries.sender import lookup
from nps_project.deliveries.sender.judgement import Finding, Level, judge
from nps_project.deliveries.sender.models import SenderRecords
from nps_project.deliveries.sender.names import Sender, selectors_in


def sender_now(selectors: str) -> Sender:
    """The sender by the settings, with these DKIM selectors."""
    return Sender(
        site_url=settings.SITE_URL,
        from_address=settings.DEFAULT_FROM_EMAIL,
        bounce_address=settings.BOUNCE_ADDRESS,
        mail_host="" if settings.MAIL_IS_STORED_ONLY else settings.EMAIL_SERVICE or settings.EMAIL_HOST,
        is_from_set=settings.DEFAULT_FROM_IS_SET,
        selectors=tuple(selectors_in(selectors)),
    )


def findings() -> tuple[list[Finding], SenderRecords]:
    """What is to be said of the sender now, by what DNS answered last; asks DNS nothing. One query."""
    row = SenderRecords.current()
    return judge(sender_now(row.selectors), row.texts), row


def faults() -> list[Finding]:
    """The red ones among the findings: with them mail may be refused, lie in the junk, or lead nowhere."""
    return [finding for finding in findings()[0] if finding.level == Level.BAD]


def look_again(selectors: str, at: datetime) -> None:
    """Keep the selectors and ask DNS; takes at most lookup.WITHIN_S. Not inside a transaction. Raises: ValueError."""
    texts = lookup.look_up(sender_now(selectors))
    SenderRecords.objects.update_or_create(pk=1, defaults={"selectors": selectors, "texts": texts, "looked_up_at": at})

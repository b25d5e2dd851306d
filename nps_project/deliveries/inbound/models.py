"""What is kept of mail that comes back: its sources, the events that were taken, and the mails of the mailboxes."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SourceKind(models.TextChoices):
    """Where word comes from."""

    MAILBOX = "mailbox", _("Mailbox")
    SERVICE = "service", _("Mail service")


class MailSource(models.Model):
    """A mailbox or a mail service: when it was reached and when it last had something to say.

    Of a mailbox, `claimed_until` keeps a second worker out, and mails up to `last_uid` of `uid_validity` were read
    (RFC 3501 numbers them). `failure` is the kind of the last failure, empty when the last reading went well.
    """

    name = models.CharField(_("source"), max_length=400, unique=True)
    kind = models.CharField(_("kind"), max_length=7, choices=SourceKind.choices)
    reached_at = models.DateTimeField(_("last reached"), null=True)
    word_at = models.DateTimeField(_("last word"), null=True)
    failed_at = models.DateTimeField(_("failed since"), null=True)
    failure = models.CharField(max_length=100, blank=True, default="")
    claimed_until = models.DateTimeField(null=True)
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("source of returned mail")
        verbose_name_plural = _("sources of returned mail")

    def __str__(self) -> str:
        return self.name


class TakenEvent(models.Model):
    """An event that was acted on, so that the same one does nothing a second time. Forgotten after a while."""

    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("event of a mail")
        verbose_name_plural = _("events of mails")
        indexes = [models.Index(fields=["at"], name="taken_event_at")]  # to forget them

    def __str__(self) -> str:
        return self.digest

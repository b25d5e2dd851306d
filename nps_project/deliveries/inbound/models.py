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
    (RFC 3501 numbers them). After a restore the folder of mails that were put away is read again from
    `read_again_since`, and is up to `again_uid`. `watched_until`: a worker waits for news of the server until then, or
    a little longer. `failure` is the kind of the last failure, empty when the last reading
    went well.
    """

    name = models.CharField(_("source"), max_length=400, unique=True)
    kind = models.CharField(_("kind"), max_length=7, choices=SourceKind.choices)
    reached_at = models.DateTimeField(_("last reached"), null=True)
    word_at = models.DateTimeField(_("last word"), null=True)
    failed_at = models.DateTimeField(_("failed since"), null=True)
    failure = models.CharField(max_length=100, blank=True, default="")
    claimed_until = models.DateTimeField(null=True)
    watched_until = models.DateTimeField(null=True)
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    read_again_since = models.DateTimeField(null=True)
    again_uid = models.BigIntegerField(default=0, db_default=0)

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


class InboundKind(models.TextChoices):
    """What a mail in a mailbox is (reading/classes.py says how it is told)."""

    BOUNCE = "bounce", _("Came back")
    COMPLAINT = "complaint", _("Complaint")
    UNSUBSCRIBE = "unsubscribe", _("Unsubscribing")
    AUTOMATIC = "automatic", _("Automatic")
    PERSON = "person", _("From a person")
    UNREADABLE = "unreadable", _("Unreadable")


class LeftFor(models.TextChoices):
    """Why a mail is left to a person."""

    PERSON = "person", _("somebody wrote it")
    NOBODYS = "nobodys", _("it belongs to no mail that was sent from here")
    NO_REASON = "no_reason", _("it does not say what happened")
    UNREADABLE = "unreadable", _("it cannot be read")
    TOO_DEEP = "too_deep", _("it has more parts than mail programs write")
    FAILED = "failed", _("storing what it says failed")


class InboundMail(models.Model):
    """A mail of a mailbox that was read. One that is delivered again is the same: Message-ID and digest know it.

    `left_for` says why a person is to look at it, and then sender and subject are kept; it is empty when the mail was
    understood, and of those nothing else is kept. `stays`: an app has it, but it stays where it is in the mailbox.
    `seen_at`: when somebody ticked it off.
    """

    source = models.ForeignKey(MailSource, models.CASCADE, related_name="mails")
    uid = models.BigIntegerField()
    message_id_hash = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    kind = models.CharField(_("kind"), max_length=11, choices=InboundKind.choices)
    left_for = models.CharField(_("left because"), max_length=10, choices=LeftFor.choices, blank=True, default="")
    stays = models.BooleanField(default=False, db_default=False)
    about = models.CharField(max_length=100, blank=True, default="")  # as Delivery.about
    from_address = models.CharField(_("from"), max_length=320, blank=True, default="")
    subject = models.CharField(_("subject"), max_length=300, blank=True, default="")
    at = models.DateTimeField(_("received"))
    read_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("mail that came in")
        verbose_name_plural = _("mails that came in")
        constraints = [
            models.UniqueConstraint(fields=["source", "message_id_hash", "digest"], name="inbound_mail_once"),
        ]
        indexes = [
            models.Index(
                fields=["-read_at", "-id"],
                name="inbound_mail_left",
                condition=~models.Q(left_for="") & models.Q(seen_at=None),
            ),  # the page
            models.Index(fields=["read_at"], name="inbound_mail_read_at"),  # to forget them
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.uid}"

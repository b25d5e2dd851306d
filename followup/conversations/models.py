"""What is said between a customer and the company: mails out and in, and what the customer writes on their page."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_project.deliveries.inbound.reading.authentication import SenderCheck


class Direction(models.TextChoices):
    """Who wrote it."""

    IN = "in", _("From the customer")
    OUT = "out", _("To the customer")


class Channel(models.TextChoices):
    """Where it was written."""

    MAIL = "mail", _("Mail")
    CASE = "case", _("The customer’s page")


class MessageStatus(models.TextChoices):
    """What became of it. Out: `queued` until it leaves, then as its delivery ends. In: `received`; `waiting` for a
    person who says whose it is (another sender on a ticket, or no ticket at all)."""

    QUEUED = "queued", _("About to leave")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    BOUNCED = "bounced", _("Came back")
    FAILED = "failed", _("Not sent")
    UNKNOWN = "unknown", _("Unknown whether it left")
    CANCELLED = "cancelled", _("Taken back")
    RECEIVED = "received", _("Received")
    WAITING = "waiting", _("Waits for a person")


OF_OUT = (
    MessageStatus.QUEUED, MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.BOUNCED, MessageStatus.FAILED,
    MessageStatus.UNKNOWN, MessageStatus.CANCELLED,
)  # fmt: skip
OF_IN = (MessageStatus.RECEIVED, MessageStatus.WAITING)


class Message(models.Model):
    """One message. `ticket` is null while nobody knows whose it is; `contact` is who seems to have written it.

    `text` is what was written; `quoted` what a reply repeats of earlier mails, shown folded. `at`: when it was written
    here, or came in. `send_at`: when a mail leaves; until then it can be taken back. `is_accepted` is false while a
    mail from another address than the customer's moves nothing. `message_id`: the Message-ID without its brackets, by
    which replies find it. `author`: the person who wrote it; null for the customer and for the product itself.
    `sender_check`: of a mail that came in, what its mail server found of its sender; empty for others.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # in the reply address, signed
    ticket = models.ForeignKey(
        "followup.Ticket", models.PROTECT, null=True, blank=True, related_name="messages", db_index=False
    )
    contact = models.ForeignKey("surveys.Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    direction = models.CharField(max_length=3, choices=Direction.choices)
    channel = models.CharField(max_length=4, choices=Channel.choices, default=Channel.MAIL)
    status = models.CharField(max_length=9, choices=MessageStatus.choices)
    from_address = models.CharField(_("from"), max_length=320, blank=True)
    from_name = models.CharField(max_length=200, blank=True)
    to_address = models.CharField(_("to"), max_length=320, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    text = models.TextField(_("text"), blank=True)
    quoted = models.TextField(blank=True)
    language = models.CharField(max_length=5, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    send_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    is_automatic = models.BooleanField(default=False)
    is_accepted = models.BooleanField(default=True)
    is_thanks = models.BooleanField(default=False)  # a person says that it only thanks: it reopens nothing
    message_id = models.CharField(max_length=320, blank=True)
    references = ArrayField(models.CharField(max_length=320), default=list, blank=True)
    sender_check = models.CharField(
        max_length=9, choices=[(one.value, one.value) for one in SenderCheck], blank=True, default="", db_default=""
    )
    complained_at = models.DateTimeField(null=True, blank=True)  # the customer reported it as spam
    set_aside_at = models.DateTimeField(null=True, blank=True)  # a person says that it belongs to no ticket
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(direction=Direction.OUT, status__in=OF_OUT, ticket__isnull=False)
                | Q(direction=Direction.IN, status__in=OF_IN),
                name="message_status_of_direction",
            ),
            models.CheckConstraint(
                condition=Q(ticket__isnull=False) | Q(status=MessageStatus.WAITING), name="message_without_ticket_waits"
            ),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="message_channel_known"),
            models.CheckConstraint(
                condition=Q(sender_check="") | Q(sender_check__in=list(SenderCheck), direction=Direction.IN),
                name="message_sender_check_known",
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "at", "id"], name="message_of_ticket"),
            models.Index(fields=["message_id"], condition=~Q(message_id=""), name="message_by_message_id"),
            models.Index(
                fields=["at", "id"],
                condition=Q(status=MessageStatus.WAITING, set_aside_at=None),
                name="message_waits",
            ),  # the list of those that belong to nobody yet
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.direction}"


class MailDigest(models.Model):
    """By what a mail that came in is known again: however often it is delivered, it is one message.

    `message` is null for a colleague's, which became a note.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    message = models.OneToOneField(Message, models.CASCADE, null=True, related_name="mail_digest")

    def __str__(self) -> str:
        return self.digest


class RawMail(models.Model):
    """A mail as it came in, byte by byte, one tap away from what was read of it."""

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True, related_name="raw_mail")
    content = models.BinaryField()

    def __str__(self) -> str:
        return str(self.pk)


class Attachment(models.Model):
    """A file of a message; `content_type` is told by its content, never by its name. Only ever a download."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()  # bytes

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.name}"


class AttachmentContent(models.Model):
    """The bytes of a file, apart, so that lists read none of them."""

    attachment = models.OneToOneField(Attachment, models.CASCADE, primary_key=True, related_name="content_row")
    content = models.BinaryField()

    def __str__(self) -> str:
        return str(self.pk)

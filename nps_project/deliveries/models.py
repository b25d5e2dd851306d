"""The delivery: one row for each outgoing mail or webhook call."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_project.deliveries.refusals import RefusedAs


class Kind(models.TextChoices):
    """The kind of a delivery."""

    MAIL = "mail", _("Mail")
    WEBHOOK = "webhook", _("Webhook")


class Audience(models.TextChoices):
    """Who gets it. A staff mail whose outcome is unknown is sent once more, a customer's is not."""

    STAFF = "staff", _("Staff")
    CUSTOMER = "customer", _("Customer")


class Status(models.TextChoices):
    """The state of a delivery. `stored`: no mail server is set, it stays in the outbox; `suppressed`: never to be sent;
    `cancelled`: what it tells of no longer holds.
    """

    QUEUED = "queued", _("Queued")
    IN_FLIGHT = "in_flight", _("On its way")
    SENT = "sent", _("Sent")
    STORED = "stored", _("Stored")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Unknown")
    SUPPRESSED = "suppressed", _("Not sent: reserved address")
    CANCELLED = "cancelled", _("Cancelled before it was sent")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Filters by what is to be done with the rows."""

    def due(self, at: datetime) -> Self:
        """Queued, and not waiting for a later try."""
        return self.filter(status=Status.QUEUED, retry_at__lte=at)


class Delivery(models.Model):
    """What to send, to whom, and how it went. `dedupe_key` makes one event one row, however often it is announced."""

    kind = models.CharField(_("kind"), max_length=7, choices=Kind.choices, default=Kind.MAIL)
    audience = models.CharField(_("audience"), max_length=8, choices=Audience.choices, default=Audience.STAFF)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.QUEUED)
    dedupe_key = models.CharField(max_length=200, unique=True, editable=False)
    about = models.CharField(max_length=100, blank=True)  # what it is about, such as "ticket:12"; for the receivers
    template = models.CharField(_("template"), max_length=50, blank=True)
    to_address = models.CharField(_("to"), max_length=320)
    language = models.CharField(_("language"), max_length=5, default="en")
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    body_text = models.TextField(blank=True)
    body_html = models.TextField(blank=True)
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)
    refused_as = models.CharField(
        _("refused as"), max_length=7, choices=RefusedAs.choices, blank=True, default="", db_default=""
    )  # by the mail server, the last time
    queued_at = models.DateTimeField(_("queued"), default=timezone.now)
    retry_at = models.DateTimeField(default=timezone.now)
    repeated_at = models.DateTimeField(null=True, blank=True)  # when a mail of unknown end was queued once more
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    to_cancel = models.BooleanField(default=False, db_default=False, editable=False)  # what it tells of no longer holds
    to_announce = models.BooleanField(default=False, db_default=False, editable=False)  # not every receiver heard of it

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="delivery_status_known"),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="delivery_kind_known"),
        ]
        indexes = [
            models.Index(fields=["-audience", "retry_at"], condition=models.Q(status="queued"), name="delivery_due"),
            models.Index(fields=["claimed_at"], condition=models.Q(status="in_flight"), name="delivery_in_flight"),
            models.Index(fields=["sent_at"], condition=models.Q(to_announce=True), name="delivery_to_announce"),
            models.Index(fields=["about"], name="delivery_about"),
            models.Index(fields=["to_address", "queued_at"], name="delivery_to_queued"),  # how many somebody got
            models.Index(fields=["-queued_at", "-id"], name="delivery_newest"),  # the outbox
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}: {self.template}"

"""The invitation: one customer is asked once, by a personal link."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.models import User
from surveys.models.asking import AskReason
from surveys.models.campaign import Campaign
from surveys.models.survey import Survey


class InvitationChannel(models.TextChoices):
    """How the customer gets the link. `link`: whoever made it hands it over, the product mails nothing."""

    LINK = "link", _("Link")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")


class InvitationStatus(models.TextChoices):
    """The state of an invitation. `waiting`: to be mailed; `held`: not before `held_until`, or before a person says so;
    `skipped`: not asked, for `reason`; `unknown`: nobody knows whether the mail arrived, so no second one goes.
    """

    CREATED = "created", _("Created")
    WAITING = "waiting", _("Waiting")
    HELD = "held", _("Held")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    BOUNCED = "bounced", _("Came back")
    ANSWERED = "answered", _("Answered")
    SKIPPED = "skipped", _("Not asked")
    UNKNOWN = "unknown", _("Unknown")
    REVOKED = "revoked", _("Revoked")


COUNT_AS_ASKED = ("created", "sent", "delivered", "bounced", "answered")  # a link counts from when it was made


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Filters by the user who may see the rows."""

    def visible_to(self, user: User) -> Self:
        """Invitations to surveys that this user may see."""
        return self.filter(survey__in=Survey.objects.visible_to(user))


class Invitation(models.Model):
    """A personal link. Its token is made from `public_id`; revoking the row ends the link.

    Of one by mail, `asked_at` is when it was decided to ask and the mail was queued, `asked_before` when the customer
    was asked the time before, `sent_at` when a mail server took it, `address` and `language` are those of the mail, and
    `reason` says why it is held, skipped or bounced.

    Of a recipient of a campaign, `round` counts how often the campaign came to this contact, from 0; `time_zone` is
    where its sending window is open, empty for the company's; `reminded` mails have reminded so far, and the next one
    is due at `remind_at`.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="invitations")
    contact = models.ForeignKey("surveys.Contact", models.CASCADE, related_name="invitations")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(
        _("status"), max_length=9, choices=InvitationStatus.choices, default=InvitationStatus.CREATED
    )
    follows = models.ForeignKey("surveys.Response", models.SET_NULL, null=True, blank=True, related_name="asked_again")
    channel = models.CharField(
        _("channel"), max_length=5, choices=InvitationChannel.choices,
        default=InvitationChannel.LINK, db_default=InvitationChannel.LINK.value,
    )  # fmt: skip
    reason = models.CharField(
        _("reason"), max_length=16, choices=AskReason.choices, blank=True, default="", db_default=""
    )
    send_at = models.DateTimeField(_("send at"), null=True, blank=True)
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)  # null: until a person says so
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True, editable=False)
    asked_before = models.DateTimeField(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True, editable=False)
    bounced_at = models.DateTimeField(_("came back"), null=True, blank=True, editable=False)
    complained_at = models.DateTimeField(_("complained"), null=True, blank=True, editable=False)
    language = models.CharField(max_length=5, blank=True, default="", db_default="", editable=False)
    address = models.CharField(max_length=320, blank=True, default="", db_default="", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="invitations", db_index=False, editable=False,
        verbose_name=_("campaign"),
    )  # fmt: skip
    round = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    time_zone = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    reminded = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    remind_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=InvitationStatus.values), name="invitation_status_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(channel__in=InvitationChannel.values), name="invitation_channel_known"
            ),
            models.UniqueConstraint(
                fields=["campaign", "contact", "round"], name="invitation_once_a_round",
                condition=models.Q(campaign__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["follows"], name="invitation_again_once",
                condition=models.Q(channel="email", follows__isnull=False),
            ),
        ]  # fmt: skip
        indexes = [
            # Whose turn it is (surveys/campaigns/turns.py): of no campaign, or of one campaign in one zone.
            models.Index(
                fields=["campaign", "time_zone", "send_at", "id"], name="invitation_turns",
                condition=models.Q(channel="email", status="waiting", asked_at=None),
            ),
            models.Index(
                fields=["campaign", "held_until", "id"], name="invitation_held",
                condition=models.Q(channel="email", status="held", held_until__isnull=False),
            ),
            models.Index(
                fields=["campaign", "remind_at", "id"], name="invitation_to_remind",
                condition=models.Q(remind_at__isnull=False),
            ),
            models.Index(
                fields=["campaign", "status", "id"], name="invitation_recipients",
                condition=models.Q(campaign__isnull=False),
            ),
            models.Index(
                fields=["asked_at", "id"], name="invitation_asked",
                condition=models.Q(channel="email", status="waiting", asked_at__isnull=False),
            ),
            models.Index(
                fields=["sent_at", "id"], name="invitation_to_arrive",
                condition=models.Q(channel="email", status="sent"),
            ),
            models.Index(
                Coalesce("sent_at", "asked_at", "created_at"), "survey", name="invitation_asked_when",
                condition=models.Q(*[("status", one) for one in COUNT_AS_ASKED], _connector=models.Q.OR),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.survey_id} {self.pk}"

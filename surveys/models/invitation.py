"""The invitation: one customer is asked once, by a personal link."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.models import User
from surveys.models.survey import Survey


class InvitationStatus(models.TextChoices):
    """The state of an invitation."""

    CREATED = "created", _("Created")
    SENT = "sent", _("Sent")
    ANSWERED = "answered", _("Answered")
    REVOKED = "revoked", _("Revoked")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Filters by the user who may see the rows."""

    def visible_to(self, user: User) -> Self:
        """Invitations to surveys that this user may see."""
        return self.filter(survey__in=Survey.objects.visible_to(user))


class Invitation(models.Model):
    """A personal link. Its token is made from `public_id`; revoking the row ends the link."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="invitations")
    contact = models.ForeignKey("surveys.Contact", models.CASCADE, related_name="invitations")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(
        _("status"), max_length=8, choices=InvitationStatus.choices, default=InvitationStatus.CREATED
    )
    follows = models.ForeignKey("surveys.Response", models.SET_NULL, null=True, blank=True, related_name="asked_again")
    send_at = models.DateTimeField(_("send at"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=InvitationStatus.values), name="invitation_status_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.pk}"

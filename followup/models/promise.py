"""Promises to a customer, and reminders of what to raise at the next contact with them."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from followup.models.ticket import Ticket
from nps_project.accounts.models import User


class PromiseState(models.TextChoices):
    """What became of the promise."""

    OPEN = "open", _("Open")
    KEPT = "kept", _("Kept")
    WAIVED = "waived", _("Waived")


class PromiseQuerySet(models.QuerySet["Promise"]):
    """Promises of many tickets."""

    def open_first_due(self) -> Self:
        """The open promises, the one that is due first before the others."""
        return self.filter(state=PromiseState.OPEN).order_by("due_at", "id")


class Promise(models.Model):
    """Something promised to the customer: what, by whom, by when. Its ticket cannot be resolved while it is open."""

    ticket = models.ForeignKey("followup.Ticket", models.PROTECT, related_name="promises")
    text = models.TextField(_("what was promised"), max_length=1000)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who sees to it")
    )
    due_at = models.DateTimeField(_("by when"))
    state = models.CharField(max_length=6, choices=PromiseState.choices, default=PromiseState.OPEN)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    moved_count = models.PositiveSmallIntegerField(default=0)
    is_call = models.BooleanField(default=False, db_default=False, editable=False)  # kept by a call that reaches them
    owner_read_at = models.DateTimeField(null=True, blank=True, editable=False)  # among their notices of that day

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ["due_at", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=PromiseState.values), name="promise_state_known"),
            models.CheckConstraint(
                condition=models.Q(state=PromiseState.OPEN, ended_at=None)
                | (~models.Q(state=PromiseState.OPEN) & models.Q(ended_at__isnull=False)),
                name="promise_ended_with_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state=PromiseState.OPEN), name="promise_due"),
            models.Index(fields=["ticket"], condition=models.Q(state=PromiseState.OPEN), name="promise_open_of_ticket"),
            models.Index(
                fields=["owner", "due_at"], condition=models.Q(state=PromiseState.OPEN), name="promise_of_owner"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.state}"


class ReminderQuerySet(models.QuerySet["Reminder"]):
    """Reminders by who may see them, and by customer."""

    def visible_to(self, user: User) -> Self:
        """The reminders that were set on tickets which this person may see; other teams may know the customer too."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user))

    def to_raise_with(self, contact_id: int | None) -> Self:
        """The reminders that nobody has raised yet with a customer; none for no customer."""
        return self.none() if contact_id is None else self.filter(contact=contact_id, raised_at=None)


class Reminder(models.Model):
    """What to raise at the next contact with this customer, whichever ticket, answer or call that is about."""

    contact = models.ForeignKey("surveys.Contact", models.CASCADE, related_name="+")
    ticket = models.ForeignKey("followup.Ticket", models.CASCADE, related_name="reminders")  # where it was set
    text = models.TextField(_("what to raise"), max_length=1000)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(null=True, blank=True)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    raised_on = models.ForeignKey("followup.Ticket", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["set_at", "id"]
        indexes = [models.Index(fields=["contact"], condition=models.Q(raised_at=None), name="reminder_to_raise")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.text[:40]}"

"""A time that a customer chose for a call."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from followup.models import PromiseState

HOLDS = Q(promise__state=PromiseState.OPEN, freed_at=None)


class CallBookingQuerySet(models.QuerySet["CallBooking"]):
    """Bookings by whether they hold."""

    def that_hold(self) -> Self:
        """Those that were not given back, and whose promise is open still."""
        return self.filter(HOLDS)


class CallBooking(models.Model):
    """A time at which a person calls a customer. Its promise, on the ticket, is what the clocks know of it.

    `freed_at`: when the time was given back.
    """

    response = models.ForeignKey("surveys.Response", models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey("followup.Ticket", models.CASCADE, related_name="+")
    promise = models.OneToOneField("followup.Promise", models.CASCADE, related_name="call_booking")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(_("call at"))
    made_at = models.DateTimeField()
    freed_at = models.DateTimeField(null=True, blank=True)

    objects = CallBookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booked call")
        verbose_name_plural = _("booked calls")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "starts_at"], condition=Q(freed_at=None), name="call_booking_of_person_once"
            ),
            models.UniqueConstraint(fields=["response"], condition=Q(freed_at=None), name="call_booking_of_case_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.starts_at.isoformat()}"

"""What a person is told inside the product: a mention, or a ticket that was given to them."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from followup.models.ticket import Ticket
from nps_project.accounts.models import User


class NoticeKind(models.TextChoices):
    """What a notice tells of."""

    MENTIONED = "mentioned", _("Mentioned in a note")
    GIVEN = "given", _("Given a ticket")
    WROTE = "wrote", _("The customer wrote")
    BOOKED = "booked", _("A call was booked")


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices by whose they are."""

    def shown_to(self, user: User) -> Self:
        """A person's own, of those tickets that they may still see."""
        rows = self.filter(person=user)
        return rows if user.sees_all_teams else rows.filter(ticket__in=Ticket.objects.visible_to(user))


class Notice(models.Model):
    """One thing that one person is told about a ticket; unread while read_at is null. It holds ids, and no text.

    `note`: the entry of the history that mentions the person. `by`: who wrote it, or gave the ticket; null: a rule.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey("followup.Ticket", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=9, choices=NoticeKind.choices)
    note = models.ForeignKey("followup.Activity", models.CASCADE, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="notice_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=NoticeKind.MENTIONED, note__isnull=False)
                | (~Q(kind=NoticeKind.MENTIONED) & Q(note=None)),
                name="notice_of_a_mention_has_its_note",
            ),
            models.UniqueConstraint(
                fields=["person", "ticket"],
                condition=Q(kind=NoticeKind.GIVEN, read_at=None),
                name="notice_of_a_given_ticket_once",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "id"], condition=Q(read_at=None), name="notice_unread"),  # the bell's count
            models.Index(fields=["person", "id"], name="notice_of_person"),  # its list
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.kind} {self.ticket_id}"

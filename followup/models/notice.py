"""What a person is told inside the product: a mention, a ticket or an improvement that was given to them, and more."""

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
    WORSE = "worse", _("The customer’s answer became worse")
    UNSENT = "unsent", _("Your mail did not reach the customer")
    PREPARED = "prepared", _("Your mail leaves after one click")
    COMPLAINED = "spam", _("The customer reported your mail as spam")
    IMPROVE = "improve", _("An improvement is yours")
    PASSED = "passed", _("The day of your improvement has passed")


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices by whose they are."""

    def shown_to(self, user: User) -> Self:
        """A person's own, of those tickets that they may still see, and what is of no ticket."""
        rows = self.filter(person=user)
        if user.sees_all_teams:
            return rows
        return rows.filter(Q(ticket=None) | Q(ticket__in=Ticket.objects.visible_to(user)))


class Notice(models.Model):
    """One thing that one person is told; unread while read_at is null. It holds ids, and no text.

    `about`: what it is about that is no ticket, as "improvement:5"; followup/notices/subjects.py has its words.
    `note`: the entry of the history that mentions the person. `by`: who wrote it, or gave the ticket; null: a rule.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey("followup.Ticket", models.CASCADE, null=True, related_name="+")
    about = models.CharField(max_length=40, default="", db_default="")
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
            models.CheckConstraint(
                condition=Q(ticket__isnull=False, about="") | (Q(ticket=None) & ~Q(about="")),
                name="notice_of_a_ticket_or_about_else",
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
        return f"{self.person_id}: {self.kind} {self.ticket_id or self.about}"

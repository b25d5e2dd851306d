"""What the desk stores for people: their views, who has which page open, and their daily mail."""

from django.conf import settings
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """A person's own view of the queue: the query of its address, under a name."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=2000)  # as in the address, without the question mark
    is_shared = models.BooleanField(_("colleagues see it too"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_view_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """The query, with everybody's tickets named where it was kept without a view: agents begin with another one."""
        return self.query if "view" in QueryDict(self.query) else f"view=all&{self.query}".rstrip("&")


class Presence(models.Model):
    """Who has a ticket's page open; a row that was not renewed expires."""

    ticket = models.ForeignKey("followup.Ticket", models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.person_id}"


class DigestItem(models.Model):
    """A line of a person's daily mail, or of a summary of an hour with too many mails; once for each stage."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    ticket = models.ForeignKey("followup.Ticket", models.CASCADE, related_name="+")
    template = models.CharField(max_length=40)  # of the mail it stands for
    dedupe_key = models.CharField(max_length=200, unique=True)
    at = models.DateTimeField()
    send_at = models.DateTimeField(null=True, blank=True)  # null: the next morning
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["person", "at"], condition=models.Q(sent_at=None), name="digest_waiting")]

    def __str__(self) -> str:
        return self.dedupe_key

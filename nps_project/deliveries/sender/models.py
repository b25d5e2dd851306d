"""What DNS answered about the sender, the last time somebody looked."""

from django.db import models
from django.utils.translation import gettext_lazy as _

SELECTORS_MAX_LENGTH = 300


class SenderRecords(models.Model):
    """The one row. `texts` has the TXT records of each name that was looked up; null where no server answered."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    selectors = models.CharField(
        _("DKIM selectors"),
        max_length=SELECTORS_MAX_LENGTH,
        blank=True,
        help_text=_("Your mail service names them, such as s1, s2. Empty: the usual names are tried."),
    )
    texts = models.JSONField(default=dict, editable=False)
    looked_up_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("records of the sender")
        verbose_name_plural = _("records of the sender")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="sender_records_once")]

    def __str__(self) -> str:
        return self.selectors

    @classmethod
    def current(cls) -> "SenderRecords":
        """The row, or an empty one where nobody looked yet; one query."""
        return SenderRecords.objects.filter(pk=1).first() or SenderRecords()

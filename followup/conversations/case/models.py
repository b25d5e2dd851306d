"""What a customer wrote on their own page, by the answer that the page belongs to."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseMessage(models.Model):
    """A message that was written on the page. Its ticket is null while the answer has none; a sweep takes it over.

    `submission` is the form that was sent: the same one twice is one message.
    """

    message = models.OneToOneField(
        "conversations.Message", models.CASCADE, primary_key=True, related_name="case_message"
    )
    response = models.ForeignKey("surveys.Response", models.CASCADE, related_name="+")
    submission = models.UUIDField(unique=True, null=True, editable=False)

    class Meta:
        verbose_name = _("message on the customer’s page")
        verbose_name_plural = _("messages on the customer’s page")

    def __str__(self) -> str:
        return str(self.pk)


class ClosedCase(models.Model):
    """A customer's page that a person closed, because its address came into wrong hands."""

    response = models.OneToOneField("surveys.Response", models.CASCADE, primary_key=True, related_name="closed_case")
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("closed page of a customer")
        verbose_name_plural = _("closed pages of customers")

    def __str__(self) -> str:
        return str(self.pk)

"""The names that people read for the traits of customers and answers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_NAME, LONGEST_LABEL = 50, 60


class TraitLabel(models.Model):
    """What the trait `name`, as programs and links write it, is called on screens."""

    name = models.CharField(_("trait"), max_length=LONGEST_NAME, unique=True)
    labels = models.JSONField(_("label"), default=dict)  # by language

    class Meta:
        verbose_name = _("label of a trait")
        verbose_name_plural = _("labels of traits")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

"""Root causes: the company's own list of what goes wrong, in two levels."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from nps_project.common.text import in_language


class RootCause(models.Model):
    """One recurring cause. Its name is per language; programs use the slug."""

    slug = models.SlugField(_("short name"), max_length=64, unique=True)
    names = models.JSONField(_("names"), default=dict)  # by language
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("root cause")
        verbose_name_plural = _("root causes")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.names)

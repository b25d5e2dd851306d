"""The company of customers: contacts are grouped by it."""

from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.models import User
from surveys.text_search import name_query, word_vector


class CompanyQuerySet(models.QuerySet["Company"]):
    """Filters by name, and by the contacts that a user may see."""

    def named(self, words: str) -> Self:
        """Companies with these words, or their beginnings, in the name."""
        query = name_query(words)
        return self.filter(search_vector=query) if query is not None else self.none()

    def visible_to(self, user: User, contacts: models.QuerySet[Any]) -> Self:
        """Companies of which this user may see a contact; `contacts` are those that they may see.

        Whoever sees all teams sees companies without a contact too.
        """
        if user.survey_limit_id() is None and user.sees_all_teams:
            return self
        return self.filter(models.Exists(contacts.filter(company=models.OuterRef("pk"))))


class Company(models.Model):
    """A company that is a customer: its name, and what it is worth a year where that is known of the whole."""

    name = models.CharField(_("name"), max_length=200)
    value = models.DecimalField(_("value a year"), max_digits=14, decimal_places=2, null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    search_vector = models.GeneratedField(
        expression=word_vector("name"), output_field=SearchVectorField(), db_persist=True
    )

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        constraints = [models.UniqueConstraint(Lower("name"), name="company_name_once")]
        indexes = [GinIndex(fields=["search_vector"], name="company_words")]

    def __str__(self) -> str:
        return self.name

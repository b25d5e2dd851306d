"""The contact: a customer who can be asked."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.models import User
from nps_project.common.text import shown
from surveys.models.company import Company
from surveys.models.survey import Survey
from surveys.text_search import name_query, name_vector


class ContactQuerySet(models.QuerySet["Contact"]):
    """Filters by the user who may see the rows."""

    def named(self, words: str) -> Self:
        """Customers with these words, or their beginnings, in name, address, number or company; or with this phone."""
        query = name_query(words)
        return self.filter(search_vector=query) if query is not None else self.none()

    def with_address(self, email: str, survey_id: int | None) -> Self:
        """Customers with this address: the company's first, then one that keys of this survey made."""
        rows = self.alias(address=Lower("email")).filter(address=email.strip().lower())
        rows = rows.filter(models.Q(survey=None) | models.Q(survey=survey_id))
        return rows.order_by(models.F("survey").asc(nulls_first=True), "pk")

    def visible_to(self, user: User) -> Self:
        """Contacts that this user may see: all, or those of their surveys, those that their teams imported and those
        that their keys made; nobody sees one who was erased. Nor does anybody get to see a customer by naming the
        address: whoever may not look it up makes a row of the survey's own.
        """
        rows = self.filter(erased_at=None)
        if user.survey_limit_id() is None and user.sees_all_teams:
            return rows
        surveys = Survey.objects.visible_to(user)
        seen = models.Q(pk__in=surveys.values("invitations__contact"))
        seen |= models.Q(pk__in=surveys.values("responses__contact"))
        seen |= models.Q(survey__in=surveys)
        if user.survey_limit_id() is None:
            seen |= models.Q(team__in=user.teams.all())
        return rows.filter(seen)


COMPANY_TRAIT, ERASED = "company", _("Erased customer")
# The digits by which a phone number is known: 0031 is +31. The import has it as SQL (writing/statements.py).
PHONE_DIGITS = models.Func(
    models.Func("phone", models.Value("[^0-9]"), models.Value(""), models.Value("g"), function="regexp_replace"),
    models.Value("^00"),
    models.Value(""),
    function="regexp_replace",
    output_field=models.TextField(),
)
COMPANYS = models.Q(survey=None)


class Contact(models.Model):
    """A customer: how to reach them, what is known of them (traits), and who looks after the account.

    `company` follows the trait `company`, whose text people see: save_contact and the import keep both alike.
    `team` is the team whose person imported the contact, and sees it before it was ever asked. `last_asked_at` and
    `last_answered_at` count for the quarantine. `soft_bounces`, since `soft_bounced_since`, is how often mail came back
    for a reason that passes.
    `is_language_chosen`: the customer chose their language, which no import changes then.
    `survey` is null for the company's customers. A key that is limited to one survey cannot look those up, so what it
    says of somebody whom it does not see is a row of its survey's own, joined to the company's by a person alone.
    """

    email = models.EmailField(_("e-mail address"), null=True, blank=True)  # noqa: DJ001  (unique where present)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, blank=True)
    is_language_chosen = models.BooleanField(default=False, db_default=False, editable=False)
    external_id = models.CharField(_("your own number"), max_length=200, null=True, blank=True)  # noqa: DJ001
    account_manager = models.EmailField(_("account manager"), blank=True, help_text=_("An e-mail address."))
    traits = models.JSONField(_("traits"), default=dict, blank=True)
    value = models.DecimalField(_("value a year"), max_digits=14, decimal_places=2, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)
    company = models.ForeignKey(
        Company, models.SET_NULL, null=True, blank=True, related_name="contacts", db_index=False, editable=False,
        verbose_name=_("company"),
    )  # fmt: skip
    team = models.ForeignKey(
        "accounts.Team", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False, editable=False
    )
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, default="", db_default="")
    do_not_contact = models.BooleanField(_("do not contact"), default=False, db_default=False)
    unsubscribed_at = models.DateTimeField(_("unsubscribed"), null=True, blank=True, editable=False)
    ask_every_days = models.PositiveSmallIntegerField(_("asked at most every so many days"), null=True, blank=True)
    bounced_at = models.DateTimeField(_("mail came back"), null=True, blank=True, editable=False)
    soft_bounces = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    soft_bounced_since = models.DateTimeField(null=True, editable=False)
    churned_at = models.DateTimeField(_("left"), null=True, blank=True)
    last_asked_at = models.DateTimeField(_("last asked"), null=True, blank=True, editable=False)
    last_answered_at = models.DateTimeField(_("last answered"), null=True, blank=True, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)  # what is left is a shell (surveys/privacy)
    survey = models.ForeignKey(
        Survey, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, editable=False,
        verbose_name=_("known to this survey alone"),
    )  # fmt: skip
    search_vector = models.GeneratedField(
        expression=name_vector("name", "email", "external_id", phone="phone", traits="company"),
        output_field=SearchVectorField(),
        db_persist=True,
        db_column="words",
    )  # to find a customer by: never stemmed, since names are no words of a language

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(Lower("email"), condition=COMPANYS, name="contact_email_once"),
            models.UniqueConstraint(fields=["external_id"], condition=COMPANYS, name="contact_external_id_once"),
            models.UniqueConstraint("survey", Lower("email"), condition=~COMPANYS, name="contact_of_survey_email_once"),
            models.UniqueConstraint(
                fields=["survey", "external_id"], condition=~COMPANYS, name="contact_of_survey_external_id_once"
            ),
        ]
        indexes = [
            GinIndex(fields=["search_vector"], name="contact_words"),
            models.Index(fields=["company", "id"], name="contact_company", condition=models.Q(company__isnull=False)),
            models.Index(fields=["team", "id"], name="contact_team", condition=models.Q(team__isnull=False)),
            models.Index(PHONE_DIGITS, name="contact_phone_digits", condition=COMPANYS & ~models.Q(phone="")),
            # What surveys/contacts/contact_filter.py filters by, and few contacts have. None has last_asked_at or
            # last_answered_at: each answer changes these, and its contact would be written into every index.
            GinIndex(OpClass("traits", "jsonb_path_ops"), name="contact_traits"),
            models.Index(fields=["value"], name="contact_value", condition=models.Q(value__isnull=False)),
            models.Index(
                fields=["account_manager", "id"], name="contact_manager", condition=~models.Q(account_manager="")
            ),
            models.Index(fields=["id"], name="contact_unsubscribed", condition=models.Q(unsubscribed_at__isnull=False)),
            models.Index(fields=["id"], name="contact_bounced", condition=models.Q(bounced_at__isnull=False)),
            models.Index(fields=["id"], name="contact_no_contact", condition=models.Q(do_not_contact=True)),
        ]

    def __str__(self) -> str:
        return str(ERASED) if self.erased_at else shown(self.name) or self.email or self.phone or str(self.pk)

    @property
    def company_name(self) -> str:
        """The trait `company`, or an empty string."""
        return str(self.traits.get(COMPANY_TRAIT, ""))


class UnsubscriptionQuerySet(models.QuerySet["Unsubscription"]):
    """Filters by the user who may see the rows."""

    def visible_to(self, user: User) -> Self:
        """Wishes about surveys that this user may see."""
        return self.filter(survey__in=Survey.objects.visible_to(user))


class Unsubscription(models.Model):
    """A customer's wish to be asked no more about one survey. One from all surveys stands on the contact."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="unsubscriptions")
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = UnsubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("unsubscription")
        verbose_name_plural = _("unsubscriptions")
        constraints = [models.UniqueConstraint(fields=["contact", "survey"], name="unsubscription_once")]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.survey_id}"

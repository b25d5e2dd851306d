"""Serializers of contacts, companies and segments."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from nps_project.accounts.models import User
from nps_project.api.serializers import StrictModelSerializer
from nps_project.common.zones import zone_names
from surveys.contacts import phones
from surveys.contacts.bounds import MOST_DAYS, may_have_left, may_wish
from surveys.contacts.companies.services import CompanyFigures
from surveys.contacts.contact_filter import FILTERS, BadFilter, read
from surveys.contacts.quarantine import may_be_asked_from
from surveys.models import Asking, Company, Contact, Segment, Survey, Unsubscription
from surveys.models.contact import COMPANY_TRAIT

WISHES = "visible_wishes"  # where `wishes_of` puts the unsubscriptions that the caller may see


def wishes_of(caller: User, before: str = "") -> "Prefetch[Any]":
    """Reads with contacts, in one query, the wishes that the caller may see. `before`: the way to a contact."""
    rows = Unsubscription.objects.visible_to(caller).select_related("survey").order_by("pk")
    return Prefetch(f"{before}unsubscriptions", queryset=rows, to_attr=WISHES)


@extend_schema_field(
    {
        "type": "object",
        "maxProperties": 50,
        "propertyNames": {"minLength": 1, "maxLength": 50},
        "additionalProperties": {
            "anyOf": [{"type": "string", "maxLength": 200}, {"type": "number"}, {"type": "boolean"}]
        },
    }
)
class TraitsField(serializers.DictField):
    """Up to 50 traits: short text, numbers, true or false."""

    child = serializers.JSONField()

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        traits: dict[str, Any] = super().to_internal_value(data)
        if len(traits) > 50:
            raise serializers.ValidationError("At most 50 traits are allowed.")
        for name, value in traits.items():
            if not 0 < len(name) <= 50:
                raise serializers.ValidationError({name[:50]: "A name of 1 to 50 characters is allowed."})
            if not isinstance(value, str | int | float | bool) or len(str(value)) > 200:
                raise serializers.ValidationError(
                    {name: "Text of at most 200 characters, a number, true or false is allowed."}
                )
        return traits


class PhoneField(serializers.CharField):
    """A number that can be dialled."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=phones.MAX_LENGTH, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Raises: ValidationError."""
        try:
            return phones.read_phone(super().to_internal_value(data))
        except phones.NoPhone as error:
            raise serializers.ValidationError(
                "5 to 15 digits in at most 40 characters, such as +45 33 12 34 56, are allowed."
            ) from error


class ZoneField(serializers.CharField):
    """The name of a time zone, or nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=64, allow_blank=True, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Raises: ValidationError."""
        name = super().to_internal_value(data)
        if name and name not in zone_names():
            raise serializers.ValidationError("The name of a time zone such as Europe/Copenhagen is allowed.")
        return name


class ContactSerializer(StrictModelSerializer):
    """A customer; `survey` is null, or the one whose key made it and whose keys alone know it.

    `company` is the company's name, and the trait `company` the same text; where both are given, `company` counts.
    `may_be_asked_from` is the end of the quarantine, null for now.
    """

    survey = serializers.SlugRelatedField[Survey](slug_field="slug", read_only=True, allow_null=True)
    email = serializers.EmailField(max_length=254, allow_null=True, required=False)
    phone = PhoneField(required=False, allow_blank=True)
    external_id = serializers.CharField(max_length=200, allow_null=True, required=False)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, allow_blank=True, required=False)
    traits = TraitsField(required=False)
    company = serializers.CharField(source="company_name", max_length=200, allow_blank=True, required=False)
    time_zone = ZoneField(required=False)
    ask_every_days = serializers.IntegerField(min_value=0, max_value=MOST_DAYS, allow_null=True, required=False)
    unsubscribed_surveys = serializers.SerializerMethodField()
    may_be_asked_from = serializers.SerializerMethodField()

    class Meta:
        model = Contact
        fields = [
            "id", "email", "phone", "name", "language", "external_id", "account_manager", "traits", "value", "company",
            "time_zone", "do_not_contact", "unsubscribed_at", "unsubscribed_surveys", "ask_every_days", "bounced_at",
            "churned_at", "last_asked_at", "last_answered_at", "may_be_asked_from", "survey", "created_at",
        ]  # fmt: skip
        read_only_fields = ["unsubscribed_at", "bounced_at", "last_asked_at", "last_answered_at", "created_at"]

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_unsubscribed_surveys(self, contact: Contact) -> list[str]:
        """The slugs of the surveys that this customer does not want any more."""
        wishes: list[Unsubscription] | None = getattr(contact, WISHES, None)
        if wishes is None:
            caller = self.context.get("caller")
            rows = Unsubscription.objects.visible_to(caller) if caller else Unsubscription.objects.none()
            wishes = list(rows.filter(contact=contact).select_related("survey").order_by("pk"))
        return [wish.survey.slug for wish in wishes]

    @extend_schema_field({"type": ["string", "null"], "format": "date-time"})
    def get_may_be_asked_from(self, contact: Contact) -> str | None:
        """When the quarantine ends; null when it has ended."""
        kept = self.context.get("kept", {})  # read once an answer, however many contacts it has
        if "company_days" not in kept:
            kept["company_days"] = Asking.current().quarantine_days
        ends = may_be_asked_from(
            last_asked_at=contact.last_asked_at,
            ask_every_days=contact.ask_every_days,
            at=timezone.now(),
            company_days=kept["company_days"],
        )
        shown: str | None = serializers.DateTimeField().to_representation(ends) if ends else None
        return shown

    def validate_ask_every_days(self, value: int | None) -> int | None:
        """A key of one survey knows the customer by a row of its own, and its wish holds for the person."""
        caller, company_days = self.context.get("caller"), Asking.current().quarantine_days
        if caller is not None and caller.survey_limit_id() is not None and value is not None and value < company_days:
            raise serializers.ValidationError(f"A key of one survey may give {company_days} or more.")
        if not may_wish(value, self.instance and self.instance.ask_every_days):
            raise serializers.ValidationError(f"A whole number from 1 to {MOST_DAYS}, or null, is allowed.")
        return value

    def validate_churned_at(self, value: datetime | None) -> datetime | None:
        if not may_have_left(value, self.instance and self.instance.churned_at, timezone.now()):
            raise serializers.ValidationError("A time that is not in the future is allowed.")
        return value

    def validate_traits(self, value: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(value.get(COMPANY_TRAIT, ""), str):
            value[COMPANY_TRAIT] = str(value[COMPANY_TRAIT])
        return value


class CompanySerializer(StrictModelSerializer):
    """A company that is a customer; its figures are of the contacts, answers and tickets that the key sees.

    `value` is the company's own, else the sum of what its contacts are worth; null takes the own one away.
    """

    name = serializers.CharField(max_length=200)
    value = serializers.DecimalField(max_digits=14, decimal_places=2, min_value=0, allow_null=True, required=False)
    value_is_own = serializers.SerializerMethodField()
    time_zone = ZoneField(required=False)
    contacts = serializers.SerializerMethodField()
    nps = serializers.SerializerMethodField()
    nps_low = serializers.SerializerMethodField()
    nps_high = serializers.SerializerMethodField()
    responses = serializers.SerializerMethodField()
    open_tickets = serializers.SerializerMethodField()

    class Meta:
        model = Company
        fields = [
            "id", "name", "value", "value_is_own", "time_zone", "contacts", "nps", "nps_low", "nps_high", "responses",
            "open_tickets",
        ]  # fmt: skip

    def _figures(self, company: Company) -> CompanyFigures:
        found: CompanyFigures = self.context["figures"][company.pk]
        return found

    def to_representation(self, instance: Company) -> dict[str, Any]:
        told = self._figures(instance)
        shown: dict[str, Any] = super().to_representation(instance)
        return shown | {"value": None if told.value is None else f"{told.value:.2f}", "time_zone": told.time_zone}

    def get_value_is_own(self, company: Company) -> bool:
        """Whether `value` is the company's own."""
        return self._figures(company).value_is_own

    def get_contacts(self, company: Company) -> int:
        return self._figures(company).contacts

    def get_nps(self, company: Company) -> float | None:
        return self._figures(company).nps.nps

    def get_nps_low(self, company: Company) -> float | None:
        return self._figures(company).nps.nps_low

    def get_nps_high(self, company: Company) -> float | None:
        return self._figures(company).nps.nps_high

    def get_responses(self, company: Company) -> int:
        """The answers that `nps` is made of."""
        return self._figures(company).nps.responses

    def get_open_tickets(self, company: Company) -> int:
        return self._figures(company).open_tickets


_PLAIN = {"type": ["string", "number", "boolean"]}


@extend_schema_field(
    {
        "type": "object",
        "properties": {name: _PLAIN for name in FILTERS if name != "segment"},
        "patternProperties": {"^trait[.].{1,50}$": _PLAIN},
        "additionalProperties": False,
    }
)
class ContactFilterField(serializers.Field[Any, Any, Any, Any]):
    """The filters of contacts/ as an object, without `segment`."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Raises: ValidationError."""
        if not isinstance(data, dict):
            raise serializers.ValidationError("An object with filters of contacts/ is allowed.")
        try:
            return read(data, in_a_segment=True)
        except BadFilter as error:
            raise serializers.ValidationError({name: [str(said)] for name, said in error.faults.items()}) from error

    def to_representation(self, value: Any) -> dict[str, Any]:
        return dict(value)


class SegmentSerializer(StrictModelSerializer):
    """A saved filter of contacts. `contacts` is exact up to 10,000; 10,001 says that there are more."""

    slug = serializers.CharField(
        max_length=64, required=False, validators=list(Segment._meta.get_field("slug").validators)
    )
    filter = ContactFilterField()
    contacts = serializers.SerializerMethodField()

    class Meta:
        model = Segment
        fields = ["slug", "name", "filter", "contacts", "created_at"]
        read_only_fields = ["created_at"]

    def get_contacts(self, segment: Segment) -> int:
        """How many contacts are in it now, of those that the key sees."""
        found: int = self.context["sizes"][segment.pk]
        return found

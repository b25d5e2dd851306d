"""Save contacts, find or make them by address, and read their value."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from nps_project.accounts.models import User
from surveys import hooks
from surveys.errors import SurveyError
from surveys.models import Company, Contact
from surveys.models.contact import COMPANY_TRAIT

KNOWN_BY = ("email", "phone", "name", "external_id")


class ContactTaken(SurveyError):
    """Another contact has this address or number."""

    status = 409
    code = "contact_taken"


@transaction.atomic
def save_contact(contact: Contact, changes: Mapping[str, Any], *, by: User | None = None) -> Contact:
    """Make a contact, or change what is named of one and nothing else; one that a key of one survey makes is that
    survey's own. A new address clears `bounced_at`. The company follows the trait of that name; `changes` may name it
    as `company_name` instead. Returns: the row as it is now.

    Raises: ValidationError; ContactTaken for an address or number of another contact, of those that `by` may see.
    """
    is_new = contact._state.adding
    if not is_new:  # as it is now, whoever changed it since it was read; a second change waits
        contact = (
            Contact.objects.select_for_update(no_key=True, of=("self",)).select_related("survey").get(pk=contact.pk)
        )
    if contact.erased_at is not None:  # just now: nobody sees the row any more
        raise ValidationError({"email": _("This customer was erased.")})
    before, address = contact.value, contact.email
    changes = dict(changes)
    if "company_name" in changes:
        named = changes.pop("company_name").strip()
        others = {name: value for name, value in changes.get("traits", contact.traits).items() if name != COMPANY_TRAIT}
        changes["traits"] = others | ({COMPANY_TRAIT: named} if named else {})
    for name, value in changes.items():
        setattr(contact, name, value)
    contact.email = (contact.email or "").strip().lower() or None
    contact.external_id = contact.external_id or None
    contact.account_manager = contact.account_manager.strip().lower()
    if not any(getattr(contact, name) for name in KNOWN_BY):
        raise ValidationError({"email": f"One of {', '.join(KNOWN_BY)} is needed."})
    contact.full_clean(validate_unique=False, validate_constraints=False)
    limit = by.survey_limit_id() if by else None
    if by is not None and limit is not None:
        _refuse_what_is_seen(contact, by)
        contact.survey_id = limit if is_new else contact.survey_id
    if "traits" in changes:
        contact.company = company_named(contact.company_name) if contact.survey_id is None else None
        changes["company"] = contact.company
    if not is_new and contact.email != address:
        contact.bounced_at, contact.soft_bounces, contact.soft_bounced_since = None, 0, None
        changes |= dict.fromkeys(("bounced_at", "soft_bounces", "soft_bounced_since"))
    contact.changed_at = timezone.now()
    try:
        with transaction.atomic():
            contact.save(update_fields=None if is_new else [*changes, "changed_at"])
    except IntegrityError as error:
        field = "external_id" if "external_id" in str(error) else "email"
        raise ContactTaken(field, getattr(contact, field), "a value that no other contact has") from error
    if not is_new and contact.value != before:
        hooks.tell_value_changed(contact.pk)
    return contact


def company_named(name: str) -> Company | None:
    """The company with this name, upper and lower case alike, made when there is none; None without a name."""
    name = name.strip()[:200]
    if not name:
        return None
    rows = Company.objects.alias(lowered=Lower("name")).filter(lowered=Lower(Value(name)))
    if (known := rows.first()) is not None:
        return known
    Company.objects.bulk_create([Company(name=name)], ignore_conflicts=True)
    return rows.get()


def value_of(contact_id: int | None) -> Decimal:
    """The contact's value a year; 0 when it is not known or there is no contact. Locks the contact's row.

    For whoever keeps it elsewhere: a change of it waits until the caller's transaction ends, and is told of then.
    """
    return values_of([] if contact_id is None else [contact_id]).get(contact_id, Decimal(0))


def values_of(contact_ids: Collection[int]) -> dict[int | None, Decimal]:
    """The same of several contacts, by id; no query without any."""
    if not contact_ids:
        return {}
    rows = Contact.objects.select_for_update(no_key=True).filter(pk__in=contact_ids).order_by("pk")
    return {contact_id: value or Decimal(0) for contact_id, value in rows.values_list("pk", "value")}


def _refuse_what_is_seen(contact: Contact, by: User) -> None:
    """Raises: ContactTaken where the company's row has it; what `by` does not see is no fault, or it would be told."""
    others = Contact.objects.visible_to(by).filter(survey=None).exclude(pk=contact.pk)
    if contact.email and others.with_address(contact.email, None).exists():
        raise ContactTaken("email", contact.email, "a value that no other contact has")
    if contact.external_id and others.filter(external_id=contact.external_id).exists():
        raise ContactTaken("external_id", contact.external_id, "a value that no other contact has")


@transaction.atomic
def find_or_make(*, email: str, name: str = "", language: str = "", by: User | None = None) -> Contact:
    """The contact with this address, or a new one; an existing contact is not changed.

    For a key of one survey: among those it may see, else one of its survey's own, whether the company knows the address
    or not. So it reads back what it wrote, and nobody's customers are found or taken over by naming them.
    """
    limit = by.survey_limit_id() if by else None
    known = Contact.objects.with_address(email, limit)
    found = (known.visible_to(by) if by and limit is not None else known.filter(survey=None)).first()
    if found:
        return found
    new = Contact(email=email.strip().lower(), name=name, language=language, survey_id=limit)
    Contact.objects.bulk_create([new], ignore_conflicts=True)
    return known.get(survey=limit)

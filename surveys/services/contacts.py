"""Customers: found by address or the company's own number, made when new."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from surveys.errors import SurveyError
from surveys.models import Contact

FIELDS = ("email", "phone", "name", "language", "external_id", "account_manager", "traits", "value")


class ContactTaken(SurveyError):
    """Another contact has this address or number."""

    status = 409
    code = "contact_taken"


@transaction.atomic
def save_contact(contact: Contact, changes: Mapping[str, Any]) -> Contact:
    """Make or change a contact. Raises: ValidationError; ContactTaken for an address or number of another contact."""
    for name, value in changes.items():
        setattr(contact, name, value)
    contact.email = (contact.email or "").strip().lower() or None
    contact.external_id = contact.external_id or None
    contact.account_manager = contact.account_manager.strip().lower()
    contact.full_clean(validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError as error:
        field = "external_id" if "external_id" in str(error) else "email"
        raise ContactTaken(field, getattr(contact, field), "a value that no other contact has") from error
    return contact


@transaction.atomic
def find_or_make(*, email: str, name: str = "", language: str = "") -> Contact:
    """The contact with this address, made when new; what is known of an old one is not overwritten."""
    email = email.strip().lower()
    found = Contact.objects.filter(email__iexact=email).first()
    if found:
        return found
    Contact.objects.bulk_create([Contact(email=email, name=name, language=language)], ignore_conflicts=True)
    return Contact.objects.get(email__iexact=email)

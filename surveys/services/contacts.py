"""Customers: found by address or the company's own number, made when new."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from nps_project.accounts.models import User
from surveys.errors import SurveyError
from surveys.models import Contact

FIELDS = ("email", "phone", "name", "language", "external_id", "account_manager", "traits", "value")


class ContactTaken(SurveyError):
    """Another contact has this address or number."""

    status = 409
    code = "contact_taken"


@transaction.atomic
def save_contact(contact: Contact, changes: Mapping[str, Any], *, by: User | None = None) -> Contact:
    """Make or change a contact; one that a key of one survey makes is that survey's own.

    Raises: ValidationError; ContactTaken for an address or number of another contact, of those that `by` may see.
    """
    for name, value in changes.items():
        setattr(contact, name, value)
    contact.email = (contact.email or "").strip().lower() or None
    contact.external_id = contact.external_id or None
    contact.account_manager = contact.account_manager.strip().lower()
    contact.full_clean(validate_unique=False, validate_constraints=False)
    limit = by.survey_limit_id() if by else None
    if by is not None and limit is not None:
        _refuse_what_is_seen(contact, by)
        contact.survey_id = limit if contact._state.adding else contact.survey_id
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError as error:
        field = "external_id" if "external_id" in str(error) else "email"
        raise ContactTaken(field, getattr(contact, field), "a value that no other contact has") from error
    return contact


def _refuse_what_is_seen(contact: Contact, by: User) -> None:
    """Raises: ContactTaken where the company's row has it; what `by` does not see is no fault, or it would be told."""
    others = Contact.objects.visible_to(by).filter(survey=None).exclude(pk=contact.pk)
    if contact.email and others.with_address(contact.email, None).exists():
        raise ContactTaken("email", contact.email, "a value that no other contact has")
    if contact.external_id and others.filter(external_id=contact.external_id).exists():
        raise ContactTaken("external_id", contact.external_id, "a value that no other contact has")


@transaction.atomic
def find_or_make(*, email: str, name: str = "", language: str = "", by: User | None = None) -> Contact:
    """The contact with this address, made when new; what is known of an old one is not overwritten.

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

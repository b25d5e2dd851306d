"""The mail domains at which account managers without an account here may be mailed about a ticket."""

from collections.abc import Iterable

from django.db import transaction

from followup.models import FollowUpSettings


def domains() -> list[str]:
    """The domains in lower case, in alphabetical order; one query."""
    row = FollowUpSettings.objects.first()
    return list(row.account_manager_domains) if row else []


@transaction.atomic
def set_domains(wanted: Iterable[str]) -> None:
    """Replace the list of domains. Raises: ValidationError."""
    row = FollowUpSettings.objects.select_for_update(no_key=True).first() or FollowUpSettings()
    row.account_manager_domains = sorted({domain.strip().lower() for domain in wanted if domain.strip()})
    row.full_clean()
    row.save()

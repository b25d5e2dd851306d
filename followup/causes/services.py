"""The company's list of root causes."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext_noop as _

from followup.models import RootCause

DEFAULT_CAUSES = {
    "delivery": _("Delivery: late, wrong or damaged"),
    "product": _("Product: a defect or a missing feature"),
    "service": _("Service: slow, unfriendly or without an answer"),
    "price": _("Price or value"),
    "billing": _("Invoice or payment"),
    "app-website": _("App or website"),
    "communication": _("Communication: promises not kept, no news"),
    "not-us": _("Nothing we can change"),
}


@transaction.atomic
def ensure_defaults() -> None:
    """Store a first list of root causes in three languages, if there is none. The app calls it after each migration."""
    if RootCause.objects.exists():
        return
    rows = []
    for position, (slug, name) in enumerate(DEFAULT_CAUSES.items(), start=1):
        names = {}
        for language in ("en", "nl", "da"):
            with translation.override(language):
                names[language] = translation.gettext(name)
        rows.append(RootCause(slug=slug, names=names, position=position))
    RootCause.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def save_cause(cause: RootCause, changes: Mapping[str, object]) -> RootCause:
    """Make or change a root cause. Raises: ValidationError."""
    for name, value in changes.items():
        setattr(cause, name, value)
    cause.full_clean()
    try:
        with transaction.atomic():
            cause.save()
    except IntegrityError as error:  # its slug was taken in this moment
        raise ValidationError(cause.unique_error_message(RootCause, ("slug",))) from error
    return cause

"""Change what holds for all asking, and a survey's mail."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F

from surveys.models import Asking, MailTexts, Survey


@transaction.atomic
def save_mail_texts(*, survey: Survey, language: str, texts: Mapping[str, str]) -> MailTexts:
    """Set a survey's mail in one language; mails that leave from now on have these texts. Raises: ValidationError."""
    Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
    row = MailTexts.objects.filter(survey=survey, language=language).first() or MailTexts(
        survey=survey, language=language
    )
    for name, text in texts.items():
        setattr(row, name, text)
    row.full_clean(validate_unique=False, validate_constraints=False)
    row.save()
    Survey.objects.filter(pk=survey.pk).update(revision=F("revision") + 1)  # what is in memory is made anew
    return row


@transaction.atomic
def save_quarantine(days: int) -> Asking:
    """Set the company's days between two asks of one customer. Raises: ValidationError."""
    asking = Asking.locked()
    asking.quarantine_days = days
    asking.full_clean(validate_unique=False, validate_constraints=False)
    asking.save(update_fields=["quarantine_days"])
    return asking

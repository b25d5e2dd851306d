"""What a customer chooses about being asked, from the link in a mail. It holds for every row with their address."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import TextChoices

from surveys.campaigns.mailed.found import Mailed
from surveys.campaigns.people import rows_of_person
from surveys.models import Contact, Unsubscription

LESS_DAYS = (90, 180, 365)
UNDO_WITHIN = timedelta(days=1)
_SALT = "surveys.campaigns.wishes"


class Wish(TextChoices):
    """What can be chosen."""

    SURVEY = "survey"
    ALL = "all"
    LESS = "less"
    LANGUAGE = "language"
    NEVER = "never"


_FIELDS = {
    Wish.ALL: "unsubscribed_at",
    Wish.LESS: "ask_every_days",
    Wish.LANGUAGE: "language",
    Wish.NEVER: "do_not_contact",
}


@transaction.atomic
def carry_out(mail: Mailed, wish: Wish, at: datetime, *, days: int = 0, language: str = "") -> str:
    """Do what the customer of this mail chose. A second time changes nothing.

    `days` goes with `less`, `language` with `language`. Returns: what `undo` takes; empty when nothing changed.
    """
    rows = list(rows_of_person(mail.contact).select_for_update(no_key=True, of=("self",)))
    before: dict[int, Any] = {}
    value = {Wish.LESS: days, Wish.LANGUAGE: language, Wish.NEVER: True}.get(wish, at)
    if wish == Wish.SURVEY:
        known = Unsubscription.objects.filter(survey=mail.survey_id, contact__in=[row.pk for row in rows])
        have = set(known.values_list("contact", flat=True))
        new = [Unsubscription(contact=row, survey=mail.survey, at=at) for row in rows if row.pk not in have]
        Unsubscription.objects.bulk_create(new, ignore_conflicts=True)
        before = {row.contact_id: None for row in new}
    else:
        for row in rows:
            old = getattr(row, _FIELDS[wish])
            if old == value or (wish == Wish.ALL and old is not None):
                continue
            before[row.pk] = old
            Contact.objects.filter(pk=row.pk).update(**_written(wish, value, is_chosen=True), changed_at=at)
    if not before:
        return ""
    then = [at.isoformat(), value.isoformat() if isinstance(value, datetime) else value]
    return signing.dumps([str(mail.public_id), wish.value, sorted(before.items()), *then], salt=_SALT, compress=True)


@transaction.atomic
def undo(mail: Mailed, signed: str, at: datetime) -> bool:
    """Take back what `carry_out` did within the last day; False when it is not this mail's, too old, or undone already,
    or when something else was chosen since, by the customer or a colleague."""
    try:
        public_id, name, before, did_at, value = signing.loads(signed, salt=_SALT, max_age=UNDO_WITHIN)
    except (signing.BadSignature, ValueError):  # ValueError: of a release that signed less
        return False
    if public_id != str(mail.public_id):
        return False
    wish, old = Wish(name), dict(before)
    if wish == Wish.SURVEY:
        known = Unsubscription.objects.filter(survey=mail.survey_id, contact__in=list(old), at=did_at)
        return known.delete()[0] > 0
    still = {_FIELDS[wish]: value} | ({"changed_at": did_at} if wish == Wish.NEVER else {})
    return _put_back(wish, old, at, still)


def _written(wish: Wish, value: Any, *, is_chosen: bool) -> dict[str, Any]:
    """The fields of a contact that a wish changes, with their values."""
    return {_FIELDS[wish]: value} | ({"is_language_chosen": is_chosen} if wish == Wish.LANGUAGE else {})


def _put_back(wish: Wish, old: Mapping[int, Any], at: datetime, still: Mapping[str, Any]) -> bool:
    """Give the rows that are `still` so what they had. Returns: whether there was one."""
    by_value: dict[Any, list[int]] = {}
    for contact_id, value in old.items():
        by_value.setdefault(value, []).append(contact_id)
    count = 0
    for value, ids in by_value.items():
        rows = Contact.objects.filter(pk__in=ids, **still)
        count += rows.update(**_written(wish, value, is_chosen=False), changed_at=at)
    return count > 0


def language_now(mail: Mailed) -> str:
    """The language in which this customer is written to."""
    survey, known = mail.survey, mail.contact.language
    return known if known in survey.languages else mail.language or survey.default_language


def languages_to_choose(mail: Mailed) -> Sequence[str]:
    """The survey's other languages."""
    return [code for code in mail.survey.languages if code != language_now(mail)]

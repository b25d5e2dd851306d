"""The letter in one language: its words, with the fields of each customer filled in, and how it is laid out."""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import escape

import mrml
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from followup.insights.improvements.models import Improvement, LetterTexts
from nps_project.common.text import shown
from surveys.branding.look import Look, fresh
from surveys.standard_mail import fixed_texts

FIELDS = ("brand", "cause", "name")
_FIELD = re.compile(r"\{([^{}\n]{0,40})\}")
_WITHOUT_FONTS = mrml.RenderOptions(fonts={})  # nothing is fetched from anybody
_SLOTS = ("subject", "greeting", "body", "leave")
_RUN = secrets.token_hex(16)  # nobody can guess it, so no text can contain a mark
_MARKS = {name: f"mark{number}x{_RUN}" for number, name in enumerate(_SLOTS)}
_ANY_MARK = re.compile(f"mark([0-9])x{_RUN}")


def standard_texts(language: str) -> dict[str, str]:
    """The words that a letter begins with. What has changed only a person can say."""
    with override(language):
        return {
            "subject": _("You said it, and we changed it"),
            "body": _(
                "Some time ago you told us what was wrong: {cause}.\n\n"
                "We took that up. Thank you for telling us; we wanted you to know what came of it."
            ),
        }


def faults_of(text: str) -> list[str]:
    """What is wrong with the fields of a text, each named."""
    unknown = sorted({found for found in _FIELD.findall(text) if found not in FIELDS})
    allowed = ", ".join(f"{{{name}}}" for name in FIELDS)
    return [
        _("{%(field)s} is no field. Allowed: %(allowed)s.") % {"field": found, "allowed": allowed} for found in unknown
    ]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields filled in; nothing that a value holds is read as a field."""
    return _FIELD.sub(lambda found: values.get(found[1], found[0]), text)


@transaction.atomic
def save_texts(improvement: Improvement, language: str, *, subject: str, body: str, at: datetime) -> LetterTexts:
    """Keep the words in one language. Whoever approved the words has not read these: that is taken back.

    Raises: ValidationError.
    """
    row = LetterTexts.objects.select_for_update().filter(improvement=improvement, language=language).first()
    row = row or LetterTexts(improvement=improvement, language=language)
    if row.pk and (row.subject, row.body) == (subject, body):
        return row
    row.subject, row.body, row.changed_at = subject, body, at
    faults = {name: found for name in ("subject", "body") if (found := faults_of(getattr(row, name)))}
    if faults:
        raise ValidationError(faults)
    row.full_clean()
    locked = Improvement.objects.select_for_update(no_key=True).get(pk=improvement.pk)
    if locked.is_telling:
        raise ValidationError(_("Mails with these words go out. Stop that first."))
    row.save()
    Improvement.objects.filter(pk=improvement.pk).update(reviewed_at=None, reviewed_by=None)
    return row


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter is made of, but for the name of who gets it. Two with the same content are laid out once."""

    language: str
    brand: str
    cause: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Made:
    """A letter as it is handed over."""

    subject: str
    text: str
    html: str


def letter_of(texts: LetterTexts, *, brand: str, cause: str) -> Letter:
    """The letter to whoever named a cause (in words, in the letter's language) to a brand."""
    return Letter(texts.language, brand, cause, texts.subject, texts.body)


def make(letter: Letter, *, name: str, leave: str) -> Made:
    """The mail to one customer. `leave`: the address behind the words that unsubscribe."""
    fixed = fixed_texts(letter.language)
    known = " ".join(shown(name).split())
    greeting = fixed.hello_name.replace("{name}", known) if known else fixed.hello
    values = {"brand": letter.brand, "cause": letter.cause, "name": known}
    subject = " ".join(filled(letter.subject, values).split())[:300]
    lines = [line.strip() for line in filled(letter.body, values).splitlines() if line.strip()]
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in lines)
    parts = list(_pieces(letter.language, letter.brand, fresh()))
    differing = {"subject": escape(subject), "greeting": escape(greeting), "body": paragraphs, "leave": escape(leave)}
    parts[1::2] = map(differing.__getitem__, parts[1::2])
    small = f"-- \n{_why(letter.language, letter.brand)}\n{fixed.leave}: {leave}"
    return Made(subject, "\n\n".join([letter.brand, greeting, *lines, small]) + "\n", "".join(parts))


def _why(language: str, brand: str) -> str:
    with override(language):
        return _("You get this mail because you told %(brand)s what was wrong.") % {"brand": brand}


@lru_cache(maxsize=64)
def _pieces(language: str, brand: str, look: Look) -> tuple[str, ...]:
    """The mail without what differs from customer to customer: text, the name of a slot, text, ..., text."""
    context = {
        "language": language, "look": look, "head": look.sender_name or brand, "why": _why(language, brand),
        "leave_words": fixed_texts(language).leave, **_MARKS,
    }  # fmt: skip
    with override(language):
        layout = render_to_string("followup/insights/letter.mjml", context)
    parts = _ANY_MARK.split(str(mrml.to_html(layout, render_options=_WITHOUT_FONTS).content))
    return tuple(_SLOTS[int(part)] if place % 2 else part for place, part in enumerate(parts))


def version_of(letters: Mapping[str, LetterTexts]) -> str:
    """What differs as soon as any of these words do: so that a person approves those that they read, and no others."""
    words = [(code, letters[code].subject, letters[code].body) for code in sorted(letters)]
    return hashlib.sha256(repr(words).encode()).hexdigest()


def letters_of(improvement: Improvement) -> dict[str, LetterTexts]:
    """The words there are, by language; one query."""
    return {row.language: row for row in LetterTexts.objects.filter(improvement=improvement)}

"""What a customer typed on a survey page: read, checked, and kept for showing it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from nps_project.common.text import shown
from surveys import scoring
from surveys.contacts.phones import NoPhone, read_phone
from surveys.models import Question, QuestionKind, Response
from surveys.models.response import COMMENT_MAX_LENGTH
from surveys.services.responses import NewAnswer

NAME_MAX_LENGTH = 200
EMAIL_MAX_LENGTH = 254
TEXT_ANSWER_MAX_LENGTH = 2_000
CONTACT_FIELDS = ("contact_name", "contact_email", "contact_phone")
_RATINGS = tuple(str(n) for n in range(1, 6))


@dataclass(slots=True)
class TypedAnswer:
    """The fields of one form, as typed; an extra question left open is an empty text.

    `offered`: the names of the texts that were asked for and sent, so that nothing else is changed by this form.
    `faults`: a field's name to what is wrong with it, in the reader's language.
    """

    score: str = ""
    comment: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    answers: dict[int, str] = field(default_factory=dict)
    offered: list[str] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def is_detractor(self) -> bool:
        """Whether the contact fields count."""
        return self.score in _SCORES and int(self.score) <= scoring.HIGHEST_DETRACTOR

    def new_answer(self) -> NewAnswer:
        """For the service; only without faults."""
        texts = {name: getattr(self, name) for name in self.offered}
        return NewAnswer(score=int(self.score), answers=self.answers, **texts)


_SCORES = {str(score) for score in scoring.SCORES}


def read_score(text: str) -> str:
    """A score from 0 to 10 as its plain digits, or an empty string for anything else."""
    text = text.strip()
    return text if text in _SCORES else ""


def typed_before(response: Response) -> TypedAnswer:
    """The form as it was sent for a stored answer; one query, for its extra answers."""
    return TypedAnswer(
        score=str(response.score),
        comment=response.comment,
        answers=dict(response.answers.values_list("question", "value")),
    )


def read_answer(data: Mapping[str, str], questions: Sequence[Question], *, first: str, is_public: bool) -> TypedAnswer:
    """Read and check a form.

    Args: `first` is the survey's first language, in which options are stored; `is_public` says whether the contact
    fields were offered. They are dropped for 7-10, faults and all: what was typed there before stays.
    """
    typed = TypedAnswer(
        score=_line(data, "score"),
        comment=_text(data, "comment"),
        answers={question.pk: _text(data, name) for question in questions if (name := f"answer-{question.pk}") in data},
        offered=[name for name in ("comment",) if name in data],
    )
    _check_score(typed)
    _check_length(typed.faults, "comment", typed.comment, COMMENT_MAX_LENGTH)
    if is_public and (typed.is_detractor or "score" in typed.faults):
        for name in CONTACT_FIELDS:
            setattr(typed, name, _line(data, name))
        typed.offered += [name for name in CONTACT_FIELDS if name in data]
        if typed.is_detractor:
            _check_contact(typed)
    for question in questions:
        _check_extra(typed, question, first)
    return typed


def _text(data: Mapping[str, str], name: str) -> str:
    """Lines end in a newline however they were sent; NUL, which no keyboard types, is left out; blanks are nothing."""
    text = data.get(name, "")
    return shown(text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip())


def _line(data: Mapping[str, str], name: str) -> str:
    return " ".join(_text(data, name).split())


def _check_score(typed: TypedAnswer) -> None:
    if not typed.score:
        typed.faults["score"] = _("Please choose a number from 0 to 10.")
    elif typed.score not in _SCORES:
        typed.faults["score"] = _("“%(value)s” is not on the scale. Please choose a number from 0 to 10.") % {
            "value": typed.score[:20]
        }


def _check_length(faults: dict[str, str], name: str, text: str, most: int) -> None:
    if len(text) > most:
        faults[name] = _("This is %(length)s characters long. At most %(most)s fit; please make it shorter.") % {
            "length": number_format(len(text), use_l10n=True, force_grouping=True),
            "most": number_format(most, use_l10n=True, force_grouping=True),
        }


def _validate_address(address: str) -> None:
    MaxLengthValidator(EMAIL_MAX_LENGTH)(address)
    validate_email(address)


def _check_contact(typed: TypedAnswer) -> None:
    _check_length(typed.faults, "contact_name", typed.contact_name, NAME_MAX_LENGTH)
    if typed.contact_email:
        try:
            _validate_address(typed.contact_email)
        except ValidationError:
            typed.faults["contact_email"] = _(
                "“%(value)s” is not a complete e-mail address. An example: name@company.com"
            ) % {"value": typed.contact_email[:100]}
    try:
        typed.contact_phone = read_phone(typed.contact_phone)
    except NoPhone:
        typed.faults["contact_phone"] = _(
            "“%(value)s” is not a phone number that we can call: 5 to 15 digits. An example: +45 33 12 34 56"
        ) % {"value": typed.contact_phone[:50]}


def _check_extra(typed: TypedAnswer, question: Question, first: str) -> None:
    value, name = typed.answers.get(question.pk, ""), f"answer-{question.pk}"
    if not value:
        return
    if question.kind == QuestionKind.TEXT:
        _check_length(typed.faults, name, value, TEXT_ANSWER_MAX_LENGTH)
    elif question.kind == QuestionKind.RATING and value not in _RATINGS:
        typed.faults[name] = _("“%(value)s” is not on the scale. Please choose a number from 1 to 5.") % {
            "value": value[:20]
        }
    elif question.kind == QuestionKind.CHOICE and value not in question.options_in(first):
        typed.faults[name] = _("“%(value)s” is not in the list. Please choose one of the list.") % {
            "value": value[:100]
        }

"""Read and check the form of a survey page, and keep what the customer typed so that the page can show it again."""

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
class SubmittedForm:
    """The fields of one form as the customer typed them; an extra question left open is an empty text.

    `offered` names the text fields that the form had and the browser sent: only these change a stored answer.
    `faults` maps a field's name to what is wrong with it, in the reader's language.
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
        """Whether the score is 0-6, so that the contact fields count."""
        return self.score in _SCORES and int(self.score) <= scoring.HIGHEST_DETRACTOR

    def new_answer(self) -> NewAnswer:
        """The answer for record_response; call it only when there are no faults."""
        texts = {name: getattr(self, name) for name in self.offered}
        return NewAnswer(score=int(self.score), answers=self.answers, **texts)


_SCORES = {str(score) for score in scoring.SCORES}


def read_score(text: str) -> str:
    """A score from 0 to 10 as its plain digits, or an empty string for anything else."""
    text = text.strip()
    return text if text in _SCORES else ""


def form_of_response(response: Response) -> SubmittedForm:
    """The form that shows a stored answer for changing it. One query, for the answers to extra questions."""
    return SubmittedForm(
        score=str(response.score),
        comment=response.comment,
        contact_name=response.contact_name,
        contact_email=response.contact_email,
        contact_phone=response.contact_phone,
        answers=dict(response.answers.values_list("question", "value")),
    )


def read_form(data: Mapping[str, str], questions: Sequence[Question], *, first: str, is_public: bool) -> SubmittedForm:
    """Read and check a form that was sent; the views call it for each POST that is to be stored.

    Args: `first` is the survey's first language, in which options are stored; `is_public` says whether the form had
    contact fields. For 7-10 they are not offered and have no faults, so a change keeps the contact that is stored.
    """
    form = typed_form(data, questions, is_public=is_public)
    _check_score(form)
    check_length(form.faults, "comment", form.comment, COMMENT_MAX_LENGTH)
    if is_public and form.is_detractor:
        form.offered += [name for name in CONTACT_FIELDS if name in data]
        _check_contact(form)
    for question in questions:
        _check_extra(form, question, first)
    return form


def typed_form(data: Mapping[str, str], questions: Sequence[Question], *, is_public: bool) -> SubmittedForm:
    """What was typed, unchecked: for a page that shows it again, and stores nothing."""
    form = SubmittedForm(
        score=read_line(data, "score"),
        comment=read_text(data, "comment"),
        answers={
            question.pk: read_text(data, name) for question in questions if (name := f"answer-{question.pk}") in data
        },
        offered=[name for name in ("comment",) if name in data],
    )
    if is_public:
        _read_contact(form, data)
    return form


def read_contact(data: Mapping[str, str], score: int) -> SubmittedForm:
    """Read and check the form that asks once more how to reach the customer; an address or a phone number is needed.

    `score`: of the answer that it belongs to.
    """
    form = SubmittedForm(score=str(score), offered=[name for name in CONTACT_FIELDS if name in data])
    _read_contact(form, data)
    _check_contact(form)
    if not (form.contact_email or form.contact_phone):
        form.faults["contact_email"] = _(
            "Give an e-mail address or a phone number. If you want no reply, simply close this page."
        )
    return form


def _read_contact(form: SubmittedForm, data: Mapping[str, str]) -> None:
    for name in CONTACT_FIELDS:
        setattr(form, name, read_line(data, name))


def read_text(data: Mapping[str, str], name: str) -> str:
    """A field's text with newlines as line ends and without NUL; empty when it shows nothing."""
    text = data.get(name, "")
    return shown(text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip())


def read_line(data: Mapping[str, str], name: str) -> str:
    """A field of one line, as `read_text`."""
    return " ".join(read_text(data, name).split())


def _check_score(form: SubmittedForm) -> None:
    if not form.score:
        form.faults["score"] = _("Please choose a number from 0 to 10.")
    elif form.score not in _SCORES:
        form.faults["score"] = _("“%(value)s” is not on the scale. Please choose a number from 0 to 10.") % {
            "value": form.score[:20]
        }


def check_length(faults: dict[str, str], name: str, text: str, most: int) -> None:
    """Put into `faults`, under the field's name, that a text has more characters than fit."""
    if len(text) > most:
        faults[name] = _("This is %(length)s characters long. At most %(most)s fit; please make it shorter.") % {
            "length": number_format(len(text), use_l10n=True, force_grouping=True),
            "most": number_format(most, use_l10n=True, force_grouping=True),
        }


def _validate_address(address: str) -> None:
    MaxLengthValidator(EMAIL_MAX_LENGTH)(address)
    validate_email(address)


def _check_contact(form: SubmittedForm) -> None:
    check_length(form.faults, "contact_name", form.contact_name, NAME_MAX_LENGTH)
    if form.contact_email:
        try:
            _validate_address(form.contact_email)
        except ValidationError:
            form.faults["contact_email"] = _(
                "“%(value)s” is not a complete e-mail address. An example: name@company.com"
            ) % {"value": form.contact_email[:100]}
    try:
        form.contact_phone = read_phone(form.contact_phone)
    except NoPhone:
        form.faults["contact_phone"] = _(
            "“%(value)s” is not a phone number that we can call: 5 to 15 digits. An example: +45 33 12 34 56"
        ) % {"value": form.contact_phone[:50]}


def _check_extra(form: SubmittedForm, question: Question, first: str) -> None:
    value, name = form.answers.get(question.pk, ""), f"answer-{question.pk}"
    if not value:
        return
    if question.kind == QuestionKind.TEXT:
        check_length(form.faults, name, value, TEXT_ANSWER_MAX_LENGTH)
    elif question.kind == QuestionKind.RATING and value not in _RATINGS:
        form.faults[name] = _("“%(value)s” is not on the scale. Please choose a number from 1 to 5.") % {
            "value": value[:20]
        }
    elif question.kind == QuestionKind.CHOICE and value not in question.options_in(first):
        form.faults[name] = _("“%(value)s” is not in the list. Please choose one of the list.") % {"value": value[:100]}

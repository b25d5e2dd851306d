"""What a customer types on their page: read, checked, and kept so that the page can show it again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from followup.conversations.case.services import LONGEST
from followup.models import CustomerSaid
from surveys.answer_form import SubmittedForm, check_length, read_line, read_text
from surveys.contacts.phones import NoPhone, read_phone

WRITE, SAID, CONTACT, CALL, CANCEL = "write", "said", "contact", "call", "cancel"
LONGEST_WHEN = 500


@dataclass(slots=True)
class Typed:
    """One form as it was typed. `do`: which one; `faults`: a field's name to what is wrong with it."""

    do: str = ""
    text: str = ""
    when: str = ""
    phone: str = ""
    slot: datetime | None = None
    contact: SubmittedForm = field(default_factory=SubmittedForm)
    faults: dict[str, str] = field(default_factory=dict)
    notice: str = ""


def read_message(data: Mapping[str, str]) -> Typed:
    """A message, of which something must show."""
    typed = Typed(WRITE, text=read_text(data, "text"))
    if not typed.text:
        typed.faults["text"] = _("Please write something first.")
    check_length(typed.faults, "text", typed.text, LONGEST)
    return typed


def read_call(data: Mapping[str, str], *, has_phone: bool) -> Typed:
    """A wish to be called: one of the times that are offered, or words; and a number, where none is known."""
    typed = Typed(CALL, when=read_line(data, "when"), phone=read_line(data, "phone"))
    typed.slot = _moment(data.get("slot", ""))
    if typed.slot is None and not typed.when:
        typed.faults["when"] = _("Please say when we may call you.")
    check_length(typed.faults, "when", typed.when, LONGEST_WHEN)
    try:
        typed.phone = read_phone(typed.phone)
    except NoPhone:
        typed.faults["phone"] = _(
            "“%(value)s” is not a phone number that we can call: 5 to 15 digits. An example: +45 33 12 34 56"
        ) % {"value": typed.phone[:50]}
    if not typed.phone and not has_phone:
        typed.faults["phone"] = _("Please give the number at which we may call you.")
    return typed


def _moment(text: str) -> datetime | None:
    """A time with its zone; None for anything else."""
    try:
        found = parse_datetime(text[:40])
        return found.astimezone(UTC) if found is not None and found.tzinfo is not None else None
    except (ValueError, OverflowError):  # no time, or one that is out of all years in UTC
        return None


def read_said(data: Mapping[str, str]) -> CustomerSaid | None:
    """Fixed, or not; None for anything else."""
    said = data.get("said", "")
    return CustomerSaid(said) if said in CustomerSaid.values else None

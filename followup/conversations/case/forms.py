"""What a customer types on their page: read, checked, and kept so that the page can show it again."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from followup.conversations.case.services import LONGEST
from followup.models import CustomerSaid
from surveys.answer_form import SubmittedForm, check_length, read_text

WRITE, SAID, CONTACT = "write", "said", "contact"


@dataclass(slots=True)
class Typed:
    """One form as it was typed. `do`: which one; `faults`: a field's name to what is wrong with it."""

    do: str = ""
    text: str = ""
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


def read_said(data: Mapping[str, str]) -> CustomerSaid | None:
    """Fixed, or not; None for anything else."""
    said = data.get("said", "")
    return CustomerSaid(said) if said in CustomerSaid.values else None

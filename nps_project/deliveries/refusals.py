"""What a mail server's refusal says of the recipient. Pure.

Source: RFC 3463, and which classes senders saw for what (docs/asking.md, "What comes back").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

_STATUS = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})(?![.\d])")
_IN_WORDS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![.\d])")
_NO_SUCH_ADDRESS = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}  # 5.1.7 and 5.1.8 are the sender's
_MAILBOX_FULL = "5.2.2"


class RefusedAs(models.TextChoices):
    """The kind of a refusal. `policy`: ours to mend, never the recipient's fault; `other`: the class does not say."""

    ADDRESS = "address", _("No such address")
    FULL = "full", _("Mailbox full")
    SOFT = "soft", _("Not now")
    POLICY = "policy", _("Refused by policy")
    OTHER = "other", _("Refused")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal: its kind, and whether another try can do nothing."""

    kind: RefusedAs
    is_final: bool


def read_refusal(code: int, text: str, *, of_sender: bool = False) -> Refusal:
    """Read a server's answer. `of_sender`: it refused the sender's address, so the recipient has no part in it."""
    found = _STATUS.match(text)
    is_final = code >= 500
    if of_sender:
        kind = RefusedAs.POLICY
    elif found:
        kind = kind_of_status(".".join(found.groups()), is_final=is_final)
    else:
        kind = RefusedAs.OTHER if is_final else RefusedAs.SOFT
    return Refusal(kind, is_final)


def kind_of_status(status: str, *, is_final: bool | None = None) -> RefusedAs:
    """What an enhanced status code says, such as 5.1.1 (RFC 3463). `is_final` is by its class unless it is given."""
    if status.split(".")[1] == "7":
        return RefusedAs.POLICY
    if status in _NO_SUCH_ADDRESS:
        return RefusedAs.ADDRESS
    if status == _MAILBOX_FULL:
        return RefusedAs.FULL
    final = status.startswith("5") if is_final is None else is_final
    return RefusedAs.OTHER if final else RefusedAs.SOFT


def kind_in_words(texts: Sequence[str]) -> RefusedAs | None:
    """What the status codes in a report's words say; None when there is none. Policy goes first, since a server that
    refuses the sender may do so under any class; then what says more than x.0.0."""
    found = [".".join(match.groups()) for text in texts for match in _IN_WORDS.finditer(text)]
    failures = [status for status in found if status[0] in "45"]
    kinds = [kind_of_status(status) for status in failures if not status.endswith(".0.0")]
    if RefusedAs.POLICY in kinds:
        return RefusedAs.POLICY
    if kinds:
        return kinds[0]
    return kind_of_status(failures[0]) if failures else None

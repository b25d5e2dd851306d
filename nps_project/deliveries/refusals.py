"""What a mail server's refusal says of the recipient. Pure.

Source: RFC 3463, and which classes senders saw for what (docs/asking.md, "What comes back").
"""

import re
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

_STATUS = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})(?![.\d])")
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
    status = ".".join(found.groups()) if found else ""
    is_final = code >= 500
    if of_sender or (found and found[2] == "7"):
        kind = RefusedAs.POLICY
    elif status in _NO_SUCH_ADDRESS:
        kind = RefusedAs.ADDRESS
    elif status == _MAILBOX_FULL:
        kind = RefusedAs.FULL
    else:
        kind = RefusedAs.OTHER if is_final else RefusedAs.SOFT
    return Refusal(kind, is_final)

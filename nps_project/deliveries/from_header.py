"""The From header of mails: the address of DEFAULT_FROM_EMAIL, under the name that the app of a mail gives."""

from collections.abc import Callable
from email.utils import parseaddr

from django.conf import settings

_names: dict[str, Callable[[], str]] = {}


def name_by(template: str, name_of: Callable[[], str]) -> None:
    """Send a template's mails under the name that `name_of` gives; an app's ready() calls it.

    It is asked for each mail, so it is quick. Empty: the name of DEFAULT_FROM_EMAIL.
    """
    _names[template] = name_of


def from_of(template: str) -> str:
    """The From header of a template's mails, not yet encoded."""
    name = _names[template]() if template in _names else ""
    if not name:
        return settings.DEFAULT_FROM_EMAIL
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}>'

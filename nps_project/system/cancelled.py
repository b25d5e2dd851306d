"""Why a mail was cancelled before it was sent, in words for the outbox."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from nps_project.deliveries.models import Delivery, Status

_WORDS: dict[str, Any] = {}


def add(words: Mapping[str, Any]) -> None:
    """Name reasons that composers give; an app's ready() calls it. `words` may be lazy."""
    _WORDS.update(words)


def reason_in_words(delivery: Delivery) -> str:
    """What the outbox says of a mail that did not leave, or has not yet: of a cancelled one words, of another what the
    mail server said; "" where there is nothing to say."""
    if delivery.status != Status.CANCELLED or not delivery.last_error:
        return delivery.last_error
    return str(_WORDS.get(delivery.last_error, _("nobody needs it any more")))

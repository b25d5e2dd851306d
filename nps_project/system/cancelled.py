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
    """What the outbox says of a mail that did not leave, or has not yet: words for the reason that its composer gave,
    and what the mail server said before somebody cancelled it, or says now; "" where there is nothing to say."""
    is_by_composer = delivery.status == Status.CANCELLED and not delivery.to_cancel
    if not is_by_composer or not delivery.last_error:
        return delivery.last_error
    return str(_WORDS.get(delivery.last_error, _("nobody needs it any more")))

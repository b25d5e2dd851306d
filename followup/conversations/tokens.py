"""The token of a message: in its reply address, in the address that it comes back to, and at the foot of its text.

It is an HMAC over the message's random id, in letters and digits that are read without case.
"""

import re
from collections.abc import Iterator

from django.conf import settings

from followup.conversations.models import Message
from nps_project.accounts.links import ADDRESS_TOKEN_LENGTH, make_address_token, read_address_token

_REPLY, _BOUNCE = "reply", "bounce-of-message"  # purposes: a token for one is no token for the other
_MARK = re.compile(rf"(?<![A-Za-z0-9])[A-Za-z2-7]{{{ADDRESS_TOKEN_LENGTH}}}(?![A-Za-z0-9])", re.ASCII)


def reply_token(message: Message) -> str:
    """The token by which a reply to this message is known: in its reply address, and in its text as the mark."""
    return make_address_token(_REPLY, message.public_id)


def message_of_token(token: str) -> Message | None:
    """The message with this reply token; None when it is forged or nobody's. At most one query."""
    return _message_of(_REPLY, token)


def marks_in(text: str) -> Iterator[str]:
    """What in a text may be a reply token, as a mail program quotes it; most of it is genuine or nothing."""
    return (found[0] for found in _MARK.finditer(text))


def bounce_token(message: Message) -> str:
    """The token of the address that this message comes back to when it cannot be delivered."""
    return make_address_token(_BOUNCE, message.public_id)


def message_of_bounce_token(token: str) -> Message | None:
    """The message that came back to the address with this token. At most one query."""
    return _message_of(_BOUNCE, token)


def reply_address(message: Message) -> str:
    """Where the customer's answer to this message goes; "" when no address for replies is set."""
    return _with_token(settings.REPLY_ADDRESS, reply_token(message))


def bounce_address(message: Message) -> str:
    """Where this message comes back to; "" when no address for bounces is set."""
    return _with_token(settings.BOUNCE_ADDRESS, bounce_token(message))


def _with_token(address: str, token: str) -> str:
    local, _at, domain = address.rpartition("@")
    return f"{local}+{token}@{domain}" if domain else ""


def _message_of(purpose: str, token: str) -> Message | None:
    public_id = read_address_token(purpose, token)
    return Message.objects.filter(public_id=public_id).first() if public_id is not None else None

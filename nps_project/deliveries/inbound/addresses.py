"""Tokens in mail addresses: the app that wrote one into an address says what it means."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Use(StrEnum):
    """What an address is for."""

    BOUNCE = "bounce"
    UNSUBSCRIBE = "unsubscribe"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a genuine token means: what the address is for, and what its mail was about."""

    use: Use
    about: str


Reader = Callable[[str], Meaning | None]
_READERS: list[Reader] = []


def add(reader: Reader) -> None:
    """Let `reader` say what a token means, None when it is not one of its own; an app's ready() calls it."""
    _READERS.append(reader)


def meaning_of(token: str) -> Meaning | None:
    """What a token means; None when it is forged or nobody's."""
    return next((meaning for reader in _READERS if (meaning := reader(token)) is not None), None)

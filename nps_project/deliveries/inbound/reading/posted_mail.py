"""The mail in what a service posts, as anymail hands it over, without being taken apart on the way.

Anymail's own class parses each header by a grammar that takes minutes for some of a few thousand signs, and raises for
others that mail programs write. A stranger chooses them, and a web process would be held up, or the mail lost. Here a
mail that comes whole stays the bytes that it is, and the headers of one that comes in pieces are plain lines.
"""

import sys
from collections.abc import Iterable
from email.header import Header
from email.policy import EmailPolicy
from typing import Any, Self

from anymail.inbound import AnymailInboundMessage  # type: ignore[import-untyped]  # it ships no types

from nps_project.deliveries.inbound.reading import parsing

LONGEST = 100_000  # of a header
_ONE_LINE = 10**6


class _Plain(EmailPolicy):
    """Keeps headers as text of one line."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, str]:
        """Called for each header that is set."""
        words = _whole_signs(" ".join(str(value)[:LONGEST].split()))
        return name, words if words.isascii() else Header(words, "utf-8", maxlinelen=_ONE_LINE).encode()

    def header_fetch_parse(self, name: str, value: str) -> str:
        """Called for each header that is read."""
        return value


PLAIN = _Plain(linesep="\r\n", refold_source="none", max_line_length=None)


class PostedMail(AnymailInboundMessage):  # type: ignore[misc]
    """`whole`: the mail as it came, where the service gives all of it; then its body is not looked at here."""

    whole: bytes = b""

    def __init__(self, policy: Any = None) -> None:
        super().__init__(PLAIN)

    @classmethod
    def construct(cls, **given: Any) -> Self:
        """Called by anymail with the pieces of a mail."""
        texts = {name: _whole_signs(given[name]) for name in ("text", "html") if isinstance(given.get(name), str)}
        made: Self = super().construct(**given | texts)
        return made

    @classmethod
    def parse_raw_mime(cls, s: str) -> Self:
        """Called by anymail with a mail as text."""
        return cls.parse_raw_mime_bytes(s.encode(errors="surrogateescape" if _has_bytes(s) else "replace"))

    @classmethod
    def parse_raw_mime_bytes(cls, b: bytes) -> Self:
        """Called by anymail with a mail."""
        made = cls()
        for name, value in parsing.head_of(b).items():
            made[name] = value
        made.whole = b
        return made

    @classmethod
    def parse_raw_mime_chunks(cls, chunks: Iterable[bytes]) -> Self:
        """Called by anymail with the parts of a mail."""
        return cls.parse_raw_mime_bytes(b"".join(chunks))


def _whole_signs(text: str) -> str:
    """The text, with each half of a character replaced."""
    return text.encode(errors="replace").decode()


def _has_bytes(text: str) -> bool:
    """Whether each half of a character in it stands for a byte that is no text."""
    return all("\udc80" <= sign <= "\udcff" for sign in text if "\ud800" <= sign <= "\udfff")


def use_in(module_name: str) -> None:
    """Have a module of anymail, which is loaded, make such mails."""
    module: Any = sys.modules[module_name]
    module.AnymailInboundMessage = PostedMail

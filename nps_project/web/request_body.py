"""Half a body is none, and no charset of somebody's choice decides how it is read.

Half a body: who loses the connection while sending has not sent a shorter answer.

A server gives what came, and Django parses it; without this, half a comment would be stored as the whole.
"""

import re
from typing import Any

from django.core.handlers.wsgi import LimitedStream, WSGIHandler, WSGIRequest


class CutOff(OSError):
    """The client left before the end of the body; Django makes an UnreadablePostError of it."""


class WholeStream(LimitedStream):
    """As many bytes as were announced, or CutOff."""

    _pos: int

    def read(self, size: int | None = -1, /) -> bytes:
        """What is left, at most `size` bytes of it."""
        left = self.limit - self._pos
        wanted = left if size is None or size < 0 else min(size, left)
        data: bytes = super().read(wanted)
        while len(data) < wanted:
            more: bytes = super().read(wanted - len(data))
            if not more:
                raise CutOff(f"{self._pos} of {self.limit} bytes came")
            data += more
        return data


_CHARSET = re.compile(r""";\s*charset\s*=\s*("[^"]*"|[^;]*)""", re.IGNORECASE)


class WholeRequest(WSGIRequest):
    """Reads its body through a WholeStream, and as UTF-8.

    Django would read even the address in whatever Python calls a codec: base64, idna, rot13. Forms are UTF-8 anyway.
    """

    def __init__(self, environ: dict[str, Any]) -> None:
        if "charset" in environ.get("CONTENT_TYPE", "").lower():
            environ = environ | {"CONTENT_TYPE": _CHARSET.sub("", environ["CONTENT_TYPE"])}
        super().__init__(environ)
        announced: Any = self._stream
        self._stream = WholeStream(environ["wsgi.input"], announced.limit)  # type: ignore[assignment]


class WholeHandler(WSGIHandler):
    """Django's, with requests that are whole."""

    request_class = WholeRequest

"""Requests whose body must be complete, and is always read as UTF-8. wsgi.py serves them.

A client that loses its connection while sending leaves half a body; Django alone would parse it, and store half a
comment as the whole.
"""

import re
from typing import Any

from django.core.handlers.wsgi import LimitedStream, WSGIHandler, WSGIRequest


class CutOff(OSError):
    """The client left before the end of the body; Django turns it into an UnreadablePostError."""


class CompleteStream(LimitedStream):
    """Gives as many bytes as Content-Length announced, or raises CutOff."""

    _pos: int

    def read(self, size: int | None = -1, /) -> bytes:
        """The rest, or at most `size` bytes of it. Raises: CutOff."""
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


class CompleteRequest(WSGIRequest):
    """Reads its body through a CompleteStream, and as UTF-8 whatever charset the client names.

    Django would decode body and address with any codec that Python knows, such as base64 or rot13.
    """

    def __init__(self, environ: dict[str, Any]) -> None:
        if "charset" in environ.get("CONTENT_TYPE", "").lower():
            environ = environ | {"CONTENT_TYPE": _CHARSET.sub("", environ["CONTENT_TYPE"])}
        super().__init__(environ)
        announced: Any = self._stream
        self._stream = CompleteStream(environ["wsgi.input"], announced.limit)  # type: ignore[assignment]


class CompleteRequestHandler(WSGIHandler):
    """Django's WSGI handler for CompleteRequest."""

    request_class = CompleteRequest

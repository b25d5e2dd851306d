"""A mail as a mail service posts it: of any size that mail servers take, where Django would refuse a large form."""

import hashlib
from collections.abc import Iterable, Sequence
from email import policy
from email.parser import BytesParser
from typing import Any

from anymail.signals import AnymailInboundEvent
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

MOST_BYTES = 48 * 2**20  # of one request: a mail of 26 MB, written in base64
WITHIN_S = 300.0
_FORM, _FILES = "application/x-www-form-urlencoded", "multipart/form-data"


class Posted:
    """A request as anymail reads it; its body is read whole."""

    def __init__(self, request: HttpRequest) -> None:
        self.body = request.read(MOST_BYTES)
        self.method, self.META, self.headers, self.GET = request.method, request.META, request.headers, request.GET
        self.content_type, self.encoding = request.content_type or "", "utf-8"
        self.POST: Any = QueryDict(mutable=True)
        self.FILES: MultiValueDict[str, Any] = MultiValueDict()
        if self.content_type == _FORM:
            self.POST = QueryDict(self.body, encoding="utf-8")
        elif self.content_type == _FILES:
            self._read_parts(request.META.get("CONTENT_TYPE", ""))

    def _read_parts(self, content_type: str) -> None:
        head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1")
        form = BytesParser(policy=policy.compat32).parsebytes(head + self.body)
        for part in form.get_payload() if form.is_multipart() else ():
            name = part.get_param("name", header="Content-Disposition")  # type: ignore[union-attr]
            content = part.get_payload(decode=True)  # type: ignore[union-attr]
            if not isinstance(name, str) or not isinstance(content, bytes):
                continue
            file_name = part.get_filename()  # type: ignore[union-attr]
            if file_name is None:
                self.POST.appendlist(name, content.decode(errors="replace"))
            else:
                kind = part.get_content_type()  # type: ignore[union-attr]
                self.FILES.appendlist(name, SimpleUploadedFile(str(file_name) or "file", content, kind))


def mails(events: Iterable[AnymailInboundEvent], body: bytes) -> Sequence[bytes]:
    """The mails of these events as bytes, with the envelope on top as a mail server would write it.

    The same `body` gives the same bytes, so that a mail that is posted again is known.
    """
    seed = hashlib.sha256(body).hexdigest()[:24]
    return [_raw(event.message, seed) for event in events if event.message is not None]


def _raw(message: Any, seed: str) -> bytes:
    for number, part in enumerate(message.walk() if not message.whole else ()):
        if part.is_multipart() and part.get_content_maintype() == "multipart" and part.get_boundary() is None:
            part.set_boundary(f"=-{seed}-{number}")
    envelope = []
    if message.envelope_sender is not None and "Return-Path" not in message:
        envelope.append(("Return-Path", f"<{message.envelope_sender.strip('<>')}>"))
    if message.envelope_recipient:
        envelope.append(("X-Original-To", message.envelope_recipient))
    lines = [f"{name}: {' '.join(str(value).split())}\r\n" for name, value in envelope]
    return "".join(lines).encode(errors="replace") + (message.whole or bytes(message.as_bytes()))

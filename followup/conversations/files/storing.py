"""Store the files of a message, and read them again."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from followup.conversations.files.content_types import content_type_of
from followup.conversations.models import Attachment, AttachmentContent, Message
from nps_project.deliveries.composing import File

NAME_LENGTH = 150  # mail programs and disks take no more
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as somebody gave it."""

    name: str
    content: bytes


def safe_name(name: str) -> str:
    """A name that is one on every disk, in a header and on a page; its ending stays."""
    words = _UNSAFE.sub("_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .") or "file"
    if len(words) <= NAME_LENGTH:
        return words
    stem, dot, ending = words.rpartition(".")
    kept = f"{dot}{ending}" if stem and len(ending) <= 12 else ""
    return words[: NAME_LENGTH - len(kept)] + kept


def store(message: Message, files: Iterable[NewFile]) -> list[Attachment]:
    """Store files of a message, each with the type that its content tells."""
    made = []
    for file in files:
        row = Attachment.objects.create(
            message=message,
            name=safe_name(file.name),
            content_type=content_type_of(file.content),
            size=len(file.content),
        )
        AttachmentContent.objects.create(attachment=row, content=file.content)
        made.append(row)
    return made


def read(message_id: int) -> Sequence[File]:
    """The files of a message with their content; one query."""
    rows = AttachmentContent.objects.filter(attachment__message=message_id).select_related("attachment")
    return [
        File(row.attachment.name, row.attachment.content_type, bytes(row.content))
        for row in rows.order_by("attachment")
    ]

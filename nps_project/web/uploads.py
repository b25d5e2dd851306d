"""Uploaded files: forms at the paths that an app names here take one, all others refuse them unread.

Django bounds the fields of a form alone, and would write files of any size to the disk. A body that is larger than a
form may be is read for those alone who may send one, and to the disk (asgi.py); so is the file in it.
"""

import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopFutureHandlers

IS_LARGE = "winback.large_body"  # set in the environment of a request whose body was read to the disk


@dataclass(frozen=True, slots=True)
class Upload:
    """How large a body may be and how long it may take, and who may send it, by the request's WSGI environment; how
    many files of a form are kept, others are left unread."""

    most_bytes: int
    within_s: float
    may_send: Callable[[dict[str, Any]], bool]
    most_files: int = 1


_UPLOADS: dict[str, Upload] = {}
_NUMBER = re.compile(r"/[0-9]{1,18}/", re.ASCII)


def take(path: str, upload: Upload) -> None:
    """Let forms at this path send a file; an app's ready() calls it. `/<int>/` in it is any number."""
    _UPLOADS[path] = upload


def upload_at(path: str) -> Upload | None:
    """What the path takes; None when it takes no files."""
    return _UPLOADS.get(path) or _UPLOADS.get(_NUMBER.sub("/<int>/", path))


def temporary_file() -> Any:
    """A file on the disk of VAR_DIR that is gone when it is closed; /tmp may be memory."""
    return tempfile.TemporaryFile(dir=settings.VAR_DIR)


class Files(FileUploadHandler):
    """Keeps the first files of a form at a path that takes some.

    Raises: RequestDataTooBig for a body above DATA_UPLOAD_MAX_MEMORY_SIZE that was not read to the disk, before it is
    read.
    """

    def handle_raw_input(
        self, input_data: Any, META: Mapping[str, Any], content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        if content_length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE and not META.get(IS_LARGE):
            raise RequestDataTooBig("The body is larger than DATA_UPLOAD_MAX_MEMORY_SIZE.")
        upload = upload_at(META.get("PATH_INFO", ""))
        self._left = upload.most_files if upload else 0
        self._file: Any = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Raises: SkipFile for what is not taken."""
        super().new_file(*args, **kwargs)
        if not self._left:
            raise SkipFile
        self._left -= 1
        self._file = temporary_file()
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write it down."""
        self._file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        """The file, at its start."""
        self._file.seek(0)
        return UploadedFile(self._file, self.file_name, self.content_type, file_size)

"""Refuse uploaded files: no form takes one, and a body is bounded with them in it.

Django bounds the fields of a form alone, and would write files of any size to the disk.
"""

from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class RefuseFiles(FileUploadHandler):
    """Keeps nothing. Raises: RequestDataTooBig for a body above DATA_UPLOAD_MAX_MEMORY_SIZE, before it is read."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        if content_length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("The body is larger than DATA_UPLOAD_MAX_MEMORY_SIZE.")

    def new_file(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Never called: the file was left out."""

    def file_complete(self, file_size: int) -> None:
        """Never called."""

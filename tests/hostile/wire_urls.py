"""The product's addresses, and three more: a stream that breaks, one of 200 MB, and a file."""

from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.urls import path

from nps_project.urls import handler400, handler403, handler404, handler500
from nps_project.urls import urlpatterns as product

__all__ = ["handler400", "handler403", "handler404", "handler500"]

PART = b"x" * 65_536


def breaks(request: HttpRequest) -> StreamingHttpResponse:
    def parts() -> Iterator[bytes]:
        yield from [PART] * 5
        raise ValueError("the sixth cannot be made")

    return StreamingHttpResponse(parts())


def large(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(PART for _number in range(3_200))


def file(request: HttpRequest) -> FileResponse:
    return FileResponse(Path(__file__).open("rb"))


urlpatterns = [path("wire/breaks/", breaks), path("wire/large/", large), path("wire/file/", file), *product]

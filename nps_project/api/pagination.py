"""Lists page on an immutable key, the id: rows that come or change meanwhile shift nothing."""

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request


class BirthCursorPagination(CursorPagination):
    """{next, previous, results}, newest first; ?cursor=, ?page_size= from 1 to 200."""

    ordering = "-id"
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"

    def get_page_size(self, request: Request) -> int:
        """Raises: ValidationError for a size that is not allowed, instead of ignoring it."""
        given = request.query_params.get("page_size")
        if given is None:
            return self.page_size
        if not (given.isascii() and given.isdigit() and 1 <= int(given[:6]) <= self.max_page_size):
            raise ValidationError(
                {"page_size": [f"{given[:50]!r} is not a whole number from 1 to {self.max_page_size}."]}
            )
        return int(given)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        self.request = request
        return super().paginate_queryset(queryset, request, view)

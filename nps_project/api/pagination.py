"""Page lists by id, which never changes, so that new or changed rows shift nothing."""

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

from nps_project.api.errors import BadQuery

NOT_OURS = "Only what stood in next or previous is allowed."


class BirthCursorPagination(CursorPagination):
    """{next, previous, results}, newest first; ?cursor=, ?page_size= from 1 to 200."""

    ordering = "-id"
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"

    def get_page_size(self, request: Request) -> int:
        """Raises: BadQuery for a size that is not allowed, instead of ignoring it."""
        given = request.query_params.get("page_size")
        if given is None:
            return self.page_size
        if not (given.isascii() and given.isdigit() and 1 <= int(given[:6]) <= self.max_page_size):
            raise BadQuery({"page_size": [f"{given[:50]!r} is not a whole number from 1 to {self.max_page_size}."]})
        return int(given)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        self.request = request
        return super().paginate_queryset(queryset, request, view)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """next and previous are null at the ends."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "properties": {"next": link, "previous": link, "results": schema},
            "required": ["next", "previous", "results"],
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """With the bounds of page_size."""
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"] |= {"minimum": 1, "maximum": self.max_page_size}
        return parameters

    def decode_cursor(self, request: Request) -> Any:
        """Raises: BadQuery for a cursor that was not one of ours."""
        try:
            cursor = super().decode_cursor(request)
        except NotFound as error:
            raise BadQuery({"cursor": [NOT_OURS]}) from error
        if cursor is None:
            return None
        position: Any = cursor.position  # None only on the way back past the first row
        is_id = position is not None and position.isascii() and position.isdigit() and len(position) <= 18
        if not (is_id or (position is None and cursor.reverse)):
            raise BadQuery({"cursor": [NOT_OURS]})
        return cursor

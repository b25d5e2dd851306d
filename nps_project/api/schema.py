"""Complete the API's schema: ?expand=, Idempotency-Key, bounds, and the shape of errors."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from nps_project.api.errors import TITLES

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "An error, as RFC 9457 describes it; `errors` names each field, the value and what is allowed.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string"},
                    "value": {"description": "As it was given."},
                    "allowed": {"type": "string"},
                },
                "required": ["field", "allowed"],
            },
        },
    },
    "required": ["type", "title", "status"],
}


HEADERS: dict[str, dict[str, Any]] = {
    "RateLimit-Limit": {"description": "How many requests this key may send in a minute."},
    "RateLimit-Remaining": {"description": "How many of them are left."},
    "RateLimit-Reset": {"description": "Seconds until the next minute begins."},
    "Retry-After": {"description": "Seconds until the key may ask again."},
}
ALWAYS = (400, 401, 403, 404, 406, 429)  # whatever the operation
WRITING = (409, 413, 415, 422)
KEY_PATTERN = r"^[ -~]{1,255}$"  # what an HTTP header can hold


class ApiSchema(AutoSchema):
    """Adds the parameters that all our views take, and says that nothing else is taken."""

    def get_override_parameters(self) -> list[Any]:
        """?expand= where something can be expanded, Idempotency-Key on POST."""
        parameters: list[Any] = []
        expandable = sorted(getattr(self.view, "expandable", ()))
        if expandable:
            text = f"Show these whole instead of by id, with commas between them: {', '.join(expandable)}."
            parameters.append(
                OpenApiParameter("expand", description=text, many=True, enum=expandable, style="form", explode=False)
            )
        if self.method == "POST":
            text = "Your own name for this request. Sent again within a day, it is done once and answered alike."
            parameters.append(
                OpenApiParameter(
                    "Idempotency-Key",
                    OpenApiTypes.STR,
                    OpenApiParameter.HEADER,
                    description=text,
                    pattern=KEY_PATTERN,
                )
            )
        return parameters

    def _resolve_path_parameters(self, variables: Any) -> Any:
        """Ids are whole numbers, slugs what the address takes."""
        parameters: Any = super()._resolve_path_parameters(variables)  # type: ignore[no-untyped-call]
        for parameter in parameters:
            if parameter["name"] == "id":
                parameter["schema"] = {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}
            elif regex := getattr(self.view, "lookup_value_regex", ""):
                parameter["schema"] = {"type": "string", "pattern": f"^{regex}$"}
        return parameters

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        """No field that is not named; and in answers, what ?expand= makes of a reference."""
        schema: Any = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if direction == "request":
            schema["additionalProperties"] = False
            return schema
        for name, expanded in getattr(serializer, "expandable", {}).items():
            whole = self.resolve_serializer(expanded, direction).ref
            schema["properties"][name] = {"anyOf": [schema["properties"][name], whole]}
        return schema


def add_problems(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Every operation may be answered with a problem, and every answer to a key tells what it has left."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    numbers = {"schema": {"type": "integer", "minimum": 0}}
    result["components"]["headers"] = {name: header | numbers for name, header in HEADERS.items()}
    limits = {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS if name != "Retry-After"}
    retry = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
    body = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in result["paths"].values():
        for method, operation in operations.items():
            for status in ALWAYS if method == "get" else ALWAYS + WRITING:
                operation["responses"][str(status)] = {"description": TITLES[status], "content": body}
            operation["responses"]["default"] = {"description": "A problem.", "content": body}
            for status, answer in operation["responses"].items():
                if status != "401":  # no key, no limit
                    answer["headers"] = limits | (retry if status == "429" else {})
    return result

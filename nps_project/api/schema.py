"""What the schema says beside what REST framework knows: ?expand=, Idempotency-Key, and how errors look."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

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


class ApiSchema(AutoSchema):
    """Adds the parameters that all our views take."""

    def get_override_parameters(self) -> list[Any]:
        """?expand= where something can be expanded, Idempotency-Key on POST."""
        parameters: list[Any] = []
        expandable = sorted(getattr(self.view, "expandable", ()))
        if expandable:
            text = f"Show these whole instead of by id, with commas between them: {', '.join(expandable)}."
            parameters.append(OpenApiParameter("expand", OpenApiTypes.STR, description=text))
        if self.method == "POST":
            text = "Your own name for this request. Sent again within a day, it is done once and answered alike."
            parameters.append(
                OpenApiParameter("Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, description=text)
            )
        return parameters


def add_problems(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Every operation may be answered with a problem."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    body = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"]["default"] = {"description": "A problem.", "content": body}
    return result

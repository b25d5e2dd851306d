"""/api/schema/, and /api/docs/: the same as a page to read, without a script; its sentences are those of the code.

Anyone may ask, so both are made once in each process: the code does not change while it runs.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a body."""

    name: str
    type: str
    description: str
    is_required: bool


class Fields(list[Field]):
    """A table of them."""

    @property
    def are_described(self) -> bool:
        """Whether a column of descriptions would have anything in it."""
        return any(field.description for field in self)


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    anchor: str
    method: str
    path: str
    description: str
    parameters: Fields
    body: Fields
    status: str
    answer: Fields
    is_list: bool


def docs(request: HttpRequest) -> HttpResponse:
    """Open to everyone, as the schema is."""
    with _making:
        resources, operations = drawn_operations(translation.get_language() or settings.LANGUAGE_CODE)
    context = {"resources": resources, "operations": operations, "base": f"{settings.SITE_URL}/api/v1/"}
    return render(request, "api/docs.html", context)


class SchemaView(SpectacularAPIView):
    """In the kinds that its base class knows, by Accept or ?format=."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The bytes that were made for whoever asked first."""
        renderer = request.accepted_renderer
        with _making:
            body = schema_as(renderer.media_type)
        headers = {"Content-Disposition": f'inline; filename="winback.{renderer.format}"', "Vary": "Accept"}
        return HttpResponse(body, content_type=renderer.media_type, headers=headers)


_making = threading.Lock()  # of many who ask at the start, one makes it and the others wait


@lru_cache(maxsize=1)
def schema_of_all() -> Schema:
    """The schema of every endpoint, made once by each process."""
    generator: Any = SchemaGenerator  # untyped
    with translation.override("en"):
        schema: Schema = generator().get_schema(request=None, public=True)
    return schema


@lru_cache(maxsize=8)
def schema_as(media_type: str) -> bytes:
    """The schema as one of the media types that SchemaView renders, made once by each process."""
    kinds: dict[str, Any] = {kind.media_type: kind for kind in SchemaView.renderer_classes}
    body = kinds[media_type]().render(schema_of_all(), renderer_context={})
    return body if isinstance(body, bytes) else str(body).encode()


@lru_cache(maxsize=8)
def drawn_operations(language: str) -> tuple[list[str], SafeString]:
    """(names of the resources, all their operations as HTML)."""
    groups = _groups()
    return [resource for resource, _operations in groups], render_to_string("api/_operations.html", {"groups": groups})


def _groups() -> list[tuple[str, list[Operation]]]:
    """(resource, its operations), in the order of the paths."""
    schema = schema_of_all()
    groups: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        resource = path.removeprefix("/api/v1/").split("/")[0]
        for method, operation in methods.items():
            groups.setdefault(resource, []).append(_operation(schema, path, method, operation))
    return list(groups.items())


def _operation(schema: Schema, path: str, method: str, operation: Schema) -> Operation:
    status, answered = next(iter(operation["responses"].items()))
    answer = _resolved(schema, _json(answered))
    is_list = "results" in answer.get("properties", {})
    if is_list:
        answer = _resolved(schema, answer["properties"]["results"]["items"])
    body = _resolved(schema, _json(operation.get("requestBody", {})))
    return Operation(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        description=operation.get("description", ""),
        parameters=Fields(
            Field(given["name"], _type(schema, given["schema"]), _words(given), given.get("required", False))
            for given in operation.get("parameters", [])
        ),
        body=Fields(_fields(schema, body, is_answer=False)),
        status=status,
        answer=Fields(_fields(schema, answer, is_answer=True)),
        is_list=is_list,
    )


def _json(part: Schema) -> Schema:
    return dict(part.get("content", {}).get("application/json", {}).get("schema", {}))


def _resolved(schema: Schema, part: Schema) -> Schema:
    reference = part.get("$ref")
    return schema["components"]["schemas"][reference.rpartition("/")[2]] if reference else part


def _fields(schema: Schema, body: Schema, *, is_answer: bool) -> Iterator[Field]:
    required = body.get("required", [])
    for name, field in body.get("properties", {}).items():
        if is_answer or not field.get("readOnly"):
            yield Field(name, _type(schema, field), _words(field), not is_answer and name in required)


def _words(part: Schema) -> str:
    """The description, without the list of values that stands in the type."""
    text: str = part.get("description", "")
    return "" if text.startswith("* `") else text.split("\n\n* `")[0]


def _type(schema: Schema, part: Schema) -> str:
    """In few words: string, integer or null, a | b | c, list of integer."""
    for several in ("oneOf", "anyOf", "allOf"):
        if several in part:
            return " | ".join(filter(None, dict.fromkeys(_type(schema, one) for one in part[several])))
    part = _resolved(schema, part)
    if "enum" in part:
        values = part["enum"] if None in part["enum"] else sorted(part["enum"])
        return " | ".join(str(value) if value is not None else "null" for value in values if value != "")
    kind = part.get("type", "any")
    kinds = [kind] if isinstance(kind, str) else list(kind)
    named = [_of_kind(schema, part, one) for one in kinds]
    return " | ".join(named)


def _of_kind(schema: Schema, part: Schema, kind: str) -> str:
    if kind == "array":
        return f"list of {_type(schema, part.get('items', {}))}"
    if kind == "object" and part.get("properties"):
        return f"{{{', '.join(part['properties'])}}}"
    return str(part.get("format", kind)) if kind == "string" else kind

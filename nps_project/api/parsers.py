"""Parse JSON strictly: bounded in size and depth, and only with text that can be stored."""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from django.conf import settings
from django.http import UnreadablePostError
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.parsers import BaseParser

DEEPEST = 20


class BodyTooLarge(APIException):
    """The body is larger than DATA_UPLOAD_MAX_MEMORY_SIZE."""

    status_code = 413
    default_code = "too_large"


class StrictJsonParser(BaseParser):
    """UTF-8 JSON of at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes and 20 levels, whatever charset the request names.

    Raises: BodyTooLarge; ParseError for what is no JSON; ValidationError for text that cannot be stored.
    """

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        largest = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        # `stream` is the request itself, whose own limit holds only for its `body`.
        try:
            raw = stream.read(largest + 1)
        except UnreadablePostError as error:
            raise ParseError("The body ended before its end.") from error
        if len(raw) > largest:
            raise BodyTooLarge(f"At most {largest} bytes are allowed.")
        try:
            data = json.loads(raw.decode(), parse_constant=_refuse_constant, parse_float=_finite)
        except RecursionError as error:
            raise ParseError(f"At most {DEEPEST} levels of nesting are allowed.") from error
        except ValueError as error:
            raise ParseError(f"The body is not JSON in UTF-8: {error}") from error
        _check(data)
        return data


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number of JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if abs(number) == float("inf"):
        raise ValueError(f"{digits[:20]} is too large a number")
    return number


def _check(data: Any) -> None:
    level: list[tuple[str, Any]] = [("", data)]
    for _depth in range(DEEPEST + 1):
        level = [inner for path, value in level for inner in _inside(path, value)]
        if not level:
            return
    raise ParseError(f"At most {DEEPEST} levels of nesting are allowed.")


def _inside(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The named parts of an object or list. Raises: ValidationError for text with NUL or half a surrogate pair."""
    if isinstance(value, str):
        _check_text(path, value)
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check_text(path, name)
            yield f"{path}.{name}".lstrip("."), inner
    elif isinstance(value, list):
        yield from ((f"{path}.{number}".lstrip("."), inner) for number, inner in enumerate(value))


def _check_text(path: str, text: str) -> None:
    if "\0" in text:
        raise ValidationError({path[:100]: ["Text without NUL characters is allowed."]})
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValidationError({path[:100].encode(errors="replace").decode(): ["Whole Unicode characters are allowed."]})

"""Log lines: ids, never comments, addresses or tokens; as JSON for LOG_FORMAT=json.

Each line carries the id of the request or task that it belongs to; work that a request sets off carries the request's.
"""

import json
import logging
import re
from contextvars import ContextVar
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")

# What a token can hold, 40 or more of it, whatever stands around it: links and resets have 43, API keys 46, signed
# values have several parts with colons. All of them have a capital or a digit; the long names of functions have none.
TOKEN = re.compile(
    r"(?<![A-Za-z0-9_:-])(?:[A-Za-z0-9_-]*:)*(?=[a-z_-]*[A-Z0-9])[A-Za-z0-9_-]{40,}(?::[A-Za-z0-9_-]+)*(?![A-Za-z0-9_-])"
)
# What ends a line somewhere, moves the cursor, or turns the direction of what follows.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_HIDDEN = (
    (TOKEN, "…"),
    (re.compile(r"[\w.+'-]+@[\w.-]+\.\w+"), "…@…"),
    (re.compile(r"\+?\d(?:[ ./()-]{0,2}\d){8,14}(?!\d)(?=$|[\s,;'\")])"), "…"),  # a telephone number
    (re.compile(r"^(DETAIL|CONTEXT|LINE \d+): .*$", re.MULTILINE), r"\1: …"),  # PostgreSQL repeats whole rows there
    (re.compile(r"\?[^\s'\"]*"), "?…"),  # what a visitor searched for
)
_OWN = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", "repeats"}


def without_tokens(text: str) -> str:
    """The text with its tokens left out."""
    return TOKEN.sub("…", text)


def one_line(text: str) -> str:
    """The text with each control character as its escape (a line feed as \\n): it begins no line of its own."""
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], text)


def clean(text: str) -> str:
    """The text without what identifies a customer or opens a link."""
    for pattern, shown in _HIDDEN:
        text = pattern.sub(shown, text)
    return text


class ConsoleFormatter(logging.Formatter):
    """One line to read, with the request's id at its end; the lines of a trace follow it, each indented."""

    def format(self, record: logging.LogRecord) -> str:
        about = request_id.get()
        return super().format(record) + (f" [{about}]" if about else "")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (its base class names it)
        return one_line(clean(super().formatMessage(record)))

    def formatException(self, ei: Any) -> str:  # noqa: N802
        lines = clean(super().formatException(ei)).split("\n")
        return "\n".join(f"    {one_line(line)}" for line in lines)

    def formatStack(self, stack_info: str) -> str:  # noqa: N802
        return "\n".join(f"    {one_line(line)}" for line in clean(stack_info).split("\n"))


class JsonFormatter(logging.Formatter):
    """One object a line: time, level, logger, message, request, what `extra` gave, and the trace of an error."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": one_line(clean(record.getMessage())),
        }
        if about := request_id.get():
            line["request"] = about
        for name, value in record.__dict__.items():
            if name not in _OWN and isinstance(value, int | float | str):
                line[name] = one_line(clean(value)) if isinstance(value, str) else value
        if record.exc_info:
            lines = clean(self.formatException(record.exc_info)).split("\n")
            line["trace"] = "\n".join(one_line(part) for part in lines)  # JSON escapes these line feeds
        return json.dumps(line, ensure_ascii=False)

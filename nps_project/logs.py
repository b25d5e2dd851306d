"""Log lines: ids, never comments, addresses or tokens; as JSON for LOG_FORMAT=json.

Each line carries the id of the request or task that it belongs to; work that a request sets off carries the request's.
"""

import json
import logging
import re
from contextvars import ContextVar
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")

TOKEN_IN_ADDRESS = re.compile(r"(?<=/)[A-Za-z0-9_-]{43}(?=[/?\s'\"<]|$)")  # as nps_project.links makes them
_HIDDEN = (
    (TOKEN_IN_ADDRESS, "…"),
    (re.compile(r"[\w.+'-]+@[\w.-]+\.\w+"), "…@…"),
    (re.compile(r"\+?\d(?:[ ./()-]{0,2}\d){8,14}(?!\d)(?=$|[\s,;'\")])"), "…"),  # a telephone number
    (re.compile(r"^(DETAIL|CONTEXT|LINE \d+): .*$", re.MULTILINE), r"\1: …"),  # PostgreSQL repeats whole rows there
    (re.compile(r"\?[^\s'\"]*"), "?…"),  # what a visitor searched for
)
_OWN = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


def without_tokens(text: str) -> str:
    """The text with the tokens in its addresses left out."""
    return TOKEN_IN_ADDRESS.sub("…", text)


def clean(text: str) -> str:
    """The text without what identifies a customer or opens a link."""
    for pattern, shown in _HIDDEN:
        text = pattern.sub(shown, text)
    return text


class ConsoleFormatter(logging.Formatter):
    """One line to read, with the request's id at its end."""

    def format(self, record: logging.LogRecord) -> str:
        about = request_id.get()
        return clean(super().format(record)) + (f" [{about}]" if about else "")


class JsonFormatter(logging.Formatter):
    """One object a line: time, level, logger, message, request, what `extra` gave, and the trace of an error."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": clean(record.getMessage()),
        }
        if about := request_id.get():
            line["request"] = about
        for name, value in record.__dict__.items():
            if name not in _OWN and isinstance(value, int | float | str):
                line[name] = clean(value) if isinstance(value, str) else value
        if record.exc_info:
            line["trace"] = clean(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)

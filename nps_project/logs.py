"""Log lines: ids, never comments, addresses or tokens; as JSON for LOG_FORMAT=json."""

import json
import logging
import re

_TOKEN_IN_ADDRESS = re.compile(r"/[A-Za-z0-9_-]{43}(?=[/?]|$)")  # as nps_project.links makes them


class HideTokens(logging.Filter):
    """Takes customers' tokens out of the addresses in a line."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = _TOKEN_IN_ADDRESS.sub("/…", message)
        if hidden != message:
            record.msg, record.args = hidden, None
        return True


class JsonFormatter(logging.Formatter):
    """One object a line: time, level, logger, message, and the trace of an error."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)

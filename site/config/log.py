"""Logging to stderr: one line an event, each with the id of the request it belongs to."""

import logging
import re
from typing import Any

from pythonjsonlogger.json import JsonFormatter

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
# text: for people at a terminal, tracebacks as Python prints them; line: the same, one line an event;
# json: one object an event, for machines
FORMATS = ("text", "line", "json")
WORDS = "{asctime} {levelname} {name}: {message}"
BREAK = " ⏎ "  # where a line of a traceback or message ended


class OneLine(logging.Filter):
    """Put what failed into the message, in place of a page of traceback: it happens many times a second."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1]:
            record.msg = f"The cache does not answer: {record.exc_info[1]}"
            record.exc_info = None
        return True


# Who knows the key of an order, of a new password or account, may use it: random letters of both cases, with
# colons where it is signed, or a time and a digest.
KEY = re.compile(r"(?<=/)(?:(?=[\w:%-]*[A-Z])[\w:%-]{30,}|[0-9a-z]+-[0-9a-f]{32})(?=[/?\s'\"]|$)")


def without_keys(text: str) -> str:
    """Return a text with paths in it without the keys that stand in them."""
    return KEY.sub("…", text)


class LineFormatter(logging.Formatter):
    """Write an event on one line, traceback included, so that nobody can forge a second one."""

    def format(self, record: logging.LogRecord) -> str:
        if not getattr(record, "correlation_id", None):
            record.correlation_id = "-"
        return without_keys(BREAK.join(line.rstrip() for line in super().format(record).splitlines()))


class ObjectFormatter(JsonFormatter):
    """Write an event as one object."""

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Leave out what Django hangs on its records for its own mails."""
        kept = {name: value for name, value in log_data.items() if name not in {"request", "server_time"}}
        return {
            name: without_keys(value) if isinstance(value, str) else value for name, value in kept.items()
        }


def formatters() -> dict[str, Any]:
    """Return a formatter for each of FORMATS."""
    request = "{asctime} {levelname} {correlation_id} {name}: {message}"
    return {
        "text": {"format": WORDS, "style": "{"},
        "line": {"()": LineFormatter, "fmt": request, "style": "{", "defaults": {"correlation_id": None}},
        "json": {
            "()": ObjectFormatter,
            "fmt": "{asctime}{levelname}{name}{message}{correlation_id}",
            "style": "{",
            "rename_fields": {
                "asctime": "time",
                "levelname": "level",
                "name": "logger",
                "correlation_id": "request_id",
            },
            "defaults": {"correlation_id": None},
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
            "json_ensure_ascii": False,
        },
    }


def to_stderr(level: str, shape: str = "text") -> dict[str, Any]:
    """Return Django's LOGGING: everything from `level` up goes to stderr with time, place and words.

    Args:
        level: one of LEVELS.
        shape: one of FORMATS.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": formatters(),
        "filters": {
            "one_line": {"()": OneLine},
            "request_id": {"()": "django_guid.log_filters.CorrelationId"},
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": shape, "filters": ["request_id"]},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would mail administrators and say everything twice.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            # A wrong Host header is a scanner's, not ours to mend.
            "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
            "django_guid": {"level": "WARNING"},
            # One handler, or it adds one of its own beside ours and says everything twice.
            "post_office": {"handlers": ["nowhere"], "level": "WARNING"},
            "config.cache": {"filters": ["one_line"]},
        },
    }


def of_server(level: str, shape: str) -> dict[str, Any]:
    """Return gunicorn's own logging in the same shape: its events, and one line for each request."""
    own = {"level": level, "handlers": ["stderr"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": formatters(),
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": shape}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {"gunicorn.error": own, "gunicorn.access": own},
    }

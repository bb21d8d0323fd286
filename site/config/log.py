"""Logging to stderr: one line an event, for people who run the shop."""

import logging
from typing import Any


class OneLine(logging.Filter):
    """Put what failed into the message, in place of a page of traceback: it happens many times a second."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1]:
            record.msg = f"The cache does not answer: {record.exc_info[1]}"
            record.exc_info = None
        return True


def to_stderr(level: str) -> dict[str, Any]:
    """Return Django's LOGGING: everything from `level` up goes to stderr with time, place and words."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
        "filters": {"one_line": {"()": OneLine}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would mail administrators and say everything twice.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            # A wrong Host header is a scanner's, not ours to mend.
            "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
            "post_office": {"level": "WARNING"},
            "config.cache": {"filters": ["one_line"]},
        },
    }

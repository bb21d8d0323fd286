"""How the history of a producer words what Wagtail does not know."""

from typing import Any

from django.utils.translation import gettext
from wagtail.log_actions import LogFormatter


class DataFormatter(LogFormatter):
    """A sentence with what the entry noted; subclasses name it."""

    template = ""

    def format_message(self, log_entry: Any) -> str:
        return gettext(self.template) % log_entry.data

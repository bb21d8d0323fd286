"""How the CMS's log words a log-in."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter


class LogInFormatter(LogFormatter):
    """From where somebody logged in, and with what."""

    label = _("Đăng nhập")

    def format_message(self, log_entry: Any) -> str:
        return gettext("Đăng nhập từ %(address)s, %(browser)s") % log_entry.data

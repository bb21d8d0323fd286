"""Mail settings from a URL. Mail is written into the database and sent by the timer job."""

import datetime
from typing import Any

import dj_email_url

from config import environment

# post_office writes each mail as a row, so that a dead mail server loses none.
QUEUE = "post_office.EmailBackend"
DJANGOS_CONSOLE = "django.core.mail.backends.console.EmailBackend"
SEND_TIMEOUT_S = 15


def from_url(url: str) -> dict[str, Any]:
    """Return the mail settings for `url` (smtp://user:password@host:587/?tls=True, console:, file:///path).

    Raises:
        ImproperlyConfigured: `url` names no way to send mail.
    """
    environment.refuse(environment.email_url(url))
    settings = dict(dj_email_url.parse(url))
    if settings["EMAIL_BACKEND"] == DJANGOS_CONSOLE:
        settings["EMAIL_BACKEND"] = "config.console.EmailBackend"
    if settings["EMAIL_TIMEOUT"] is None:
        settings["EMAIL_TIMEOUT"] = SEND_TIMEOUT_S
    settings["POST_OFFICE"] = {
        "BACKENDS": {"default": settings.pop("EMAIL_BACKEND")},
        # A mail server may be down for a weekend: 288 tries, a quarter of an hour apart, are three days; then the mail
        # stays in the table as failed, where staff find it and can queue it anew.
        "MAX_RETRIES": 288,
        "RETRY_INTERVAL": datetime.timedelta(minutes=15),
        "DEFAULT_PRIORITY": "medium",
        "MESSAGE_ID_ENABLED": True,
    }
    settings["MAIL_GOES_OUT"] = url.partition(":")[0] in environment.MAIL_SERVERS
    return settings | {"EMAIL_BACKEND": QUEUE}

"""A mail past the queue, which tells at once whether the server that EMAIL_URL names takes one."""

from django.conf import settings
from django.core.mail import EmailMessage, get_connection


def try_server(*, to: str = "", subject: str = "", words: str = "") -> None:
    """Log in to the mail server, and send a mail if there is somebody to send it to.

    Raises:
        Exception: whatever sockets, TLS and SMTP answer.
    """
    with get_connection(settings.POST_OFFICE["BACKENDS"]["default"]) as server:
        if to:
            EmailMessage(subject, words, to=[to], connection=server).send()

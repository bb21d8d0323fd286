"""Mail on the terminal, for people: who, what about, and the text; what EMAIL_URL=console: means."""

from email.message import Message
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends import console

RULE = "─" * 79


class EmailBackend(console.EmailBackend):
    """Print each mail as a reader sees it; Django's prints it as it travels, encoded and with its HTML."""

    def write_message(self, message: EmailMessage) -> None:
        """Write one mail."""
        self.stream.write(readable(message))


def readable(message: EmailMessage) -> str:
    """Return subject, sender, receivers, names of attachments and the text of a mail."""
    heads = {
        "Subject": message.subject,
        "From": message.from_email,
        "To": ", ".join(message.recipients()),
        "Files": ", ".join(_name(attachment) for attachment in message.attachments),
    }
    lines = [f"{name + ':':<9}{value}" for name, value in heads.items() if value]
    return "\n".join(["", *lines, "", str(message.body).strip(), RULE, ""])


def _name(attachment: tuple[Any, ...] | Message) -> str:
    """Django's attachments are triples beginning with a name, or MIME parts."""
    return str(attachment[0] if isinstance(attachment, tuple) else attachment.get_filename())

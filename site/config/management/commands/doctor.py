"""Look over everything the shop stands on, and say how to mend what is wrong."""

from collections.abc import Callable, Iterator
from typing import Any

import requests
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import __version__, health, machine
from shop.core import trial_mail

OK = health.OK
PROBE = b"ok\n"
STRANGER_WAITS_S = 5
CURES = {
    "database": "DATABASE_URL: the server does not answer, or refuses this user, password or name",
    "migrations": "run tools/release (manage.py migrate)",
    "cache": "REDIS_URL: the server does not answer; pages are slower, rate limits count nothing",
    "timer": "nothing has run for a quarter of an hour: start the worker (manage.py tick --every 60)",
    "static": "run tools/release (manage.py collectstatic) with the same VAR_DIR as the web process",
    "media": "VAR_DIR: the user of the shop may not write to {media}; chown it, or set S3_BUCKET",
    "disk": "VAR_DIR: less than {room} MB are free on the disk of {var}",
    "mail server": "EMAIL_URL: no connection to {mail}",
    "mail kept here": "EMAIL_URL names no mail server, and what it names cannot be written",
    "proxy": "PROXY_COUNT is 0 while SECURE_SSL_REDIRECT is 1: behind a proxy that ends HTTPS every page "
    "redirects to itself; set PROXY_COUNT=1",
}


class Command(BaseCommand):
    help = "Look over database, cache, mail server, files and timer, and name what is wrong and its cure."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mail", metavar="ADDRESS", help="send a test mail there, past the queue")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"release {__version__}")
        sick = 0
        for name, state in states(options["mail"]):
            well = state == OK
            sick += not well
            words = state if well else f"{state}: {cure(name)}"
            self.stdout.write(f"{'ok  ' if well else 'BAD '} {name:<14} {words}")
        if sick:
            raise CommandError(f"{sick} of these need a hand. docs/settings.md describes each variable.")


def states(mail_to: str | None) -> Iterator[tuple[str, str]]:
    """Yield each part with its state."""
    checks: dict[str, Callable[[], str]] = health.checks()
    for name, check in checks.items():
        yield name, check()
    yield "upload", upload_state()
    yield "mail server" if settings.MAIL_GOES_OUT else "mail kept here", mail_state(mail_to)
    yield "proxy", proxy_state()


def cure(name: str) -> str:
    """Return what to do about a part that is not well."""
    return CURES.get(name, "see the words before").format(
        media=settings.MEDIA_ROOT,
        var=settings.VAR_DIR,
        room=machine.ROOM_NEEDED_BYTES // 1024**2,
        mail=settings.EMAIL_HOST or "the mail server",
    )


def upload_state() -> str:
    """Write a private file where uploads go, bucket included, ask for it as a stranger, take it away again."""
    try:
        name = default_storage.save("documents/doctor.txt", ContentFile(PROBE))
        shown = [url for url in addresses(name) if is_shown(url)]
        default_storage.delete(name)
    except Exception as error:  # noqa: BLE001 - whatever the store's client raises is the answer
        return f"not written ({type(error).__name__}: {error})"
    words = (
        "private files are shown to everybody ({}): take over from docs/deploy.md what nginx, or the bucket's"
    )
    return f"{words} policy, lets out".format(" ".join(shown)) if shown else OK


def addresses(name: str) -> Iterator[str]:
    """Yield where a stranger may look for an uploaded file: at the shop, and past it at the bucket."""
    yield f"{settings.BASE_URL}{settings.MEDIA_URL}{name}"
    if past_the_shop := getattr(default_storage, "bucket_url", None):
        yield past_the_shop(name)


def is_shown(url: str) -> bool:
    """Say whether a stranger gets the file; a shop that does not run yet shows nothing."""
    try:
        answer = requests.get(url, timeout=STRANGER_WAITS_S, allow_redirects=False)
    except requests.RequestException:
        return False
    return answer.content == PROBE


def mail_state(to: str | None) -> str:
    """Log in to the mail server, and send a mail to whoever asked for one."""
    try:
        words = f"{settings.BASE_URL}: this mail came through the server that EMAIL_URL names."
        trial_mail.try_server(to=to or "", subject=settings.OSCAR_SHOP_NAME, words=words)
    except Exception as error:  # noqa: BLE001 - sockets, TLS and SMTP each have their own
        return f"no answer ({type(error).__name__}: {error})"
    return OK


def proxy_state() -> str:
    """Say whether each page would be redirected to itself."""
    return "unset" if settings.SECURE_SSL_REDIRECT and not settings.PROXY_COUNT else OK

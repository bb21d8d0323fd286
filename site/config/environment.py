"""What may stand in a variable of the environment: each wrong value is named with the right form.

A value is never repeated: most of them carry passwords.
"""

import re
from collections.abc import Iterable
from email.utils import parseaddr
from urllib.parse import SplitResult, urlsplit

import dj_email_url
from django.core.exceptions import ImproperlyConfigured

POSTGRES = frozenset({"postgres", "postgresql", "pgsql"})
REDIS = frozenset({"redis", "rediss", "unix"})
MAIL_SERVERS = frozenset({"smtp", "submission", "submit", "smtps"})
HOST = re.compile(r"\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]", re.IGNORECASE)

EMAIL_FORM = "submission://user:password@mail.example:587, smtp://mail.example:25, console: or file:///path"
DATABASE_FORM = (
    "postgres://user:password@host:5432/name or sqlite:////absolute/path/db.sqlite3 (four slashes)"
)
REDIS_FORM = "redis://:password@host:6379/0, rediss://… for TLS or unix:///path"
ENCODED = "special characters of a password are percent-encoded (@ is %40, / is %2F, # is %23)"


def listed(text: str) -> list[str]:
    """Return the entries of a list separated by commas, without the blanks around them."""
    return [entry.strip() for entry in text.split(",") if entry.strip()]


def refuse(problems: Iterable[str]) -> None:
    """Stop the start when there is a problem.

    Raises:
        ImproperlyConfigured: names all of them.
    """
    found = list(problems)
    if found:
        raise ImproperlyConfigured(" ".join([*found, "See docs/settings.md."]))


def _split(name: str, url: str, form: str) -> tuple[SplitResult | None, list[str]]:
    """Take an address apart, or say why that is impossible."""
    try:
        parts = urlsplit(url.strip())
        parts.port  # noqa: B018 - raises on what is no number
    except ValueError:
        return None, [f"{name} cannot be read: write {form}; {ENCODED}."]
    if url != url.strip() or url[:1] in "\"'":
        return None, [f"{name} has blanks or quotation marks around it: write {form}."]
    if parts.fragment:
        return None, [f"{name} has a # in it: {ENCODED}."]
    return parts, []


def email_url(url: str) -> list[str]:
    """Say what is wrong with EMAIL_URL."""
    parts, problems = _split("EMAIL_URL", url, EMAIL_FORM)
    if parts is None:
        return problems
    if parts.scheme not in dj_email_url.SCHEMES or (parts.scheme != url.partition(":")[0]):
        return [f"EMAIL_URL does not begin with a scheme we know: write {EMAIL_FORM}."]
    if parts.scheme in MAIL_SERVERS and not parts.hostname:
        return [f"EMAIL_URL names no mail server: write {EMAIL_FORM}."]
    if parts.scheme == "file" and not parts.path.strip("/"):
        return ["EMAIL_URL names no folder: write file:///path."]
    if re.search(r"(^|&)timeout=(?!\d+(&|$))", parts.query):
        return ["EMAIL_URL has a timeout that is no whole number of seconds: write ?timeout=15."]
    return []


def database_url(url: str, *, absolute: bool = False) -> list[str]:
    """Say what is wrong with DATABASE_URL.

    Args:
        url: its value.
        absolute: refuse the path of a SQLite file that depends on the folder a process starts in.
    """
    if url in {"sqlite://:memory:", "sqlite://"}:
        return []
    parts, problems = _split("DATABASE_URL", url, DATABASE_FORM)
    if parts is None:
        return problems
    if parts.scheme == "sqlite":
        return _sqlite(parts, absolute=absolute)
    if parts.scheme not in POSTGRES:
        return [f"DATABASE_URL must name a PostgreSQL or SQLite database: write {DATABASE_FORM}."]
    if not parts.path.strip("/"):
        return [f"DATABASE_URL names no database behind the host: write {DATABASE_FORM}."]
    return []


def _sqlite(parts: SplitResult, *, absolute: bool) -> list[str]:
    if parts.netloc:
        return [f"DATABASE_URL has too few slashes: write {DATABASE_FORM}."]
    if absolute and not parts.path.startswith("//"):
        return [f"DATABASE_URL names a SQLite file without its absolute path: write {DATABASE_FORM}."]
    return []


def redis_url(url: str) -> list[str]:
    """Say what is wrong with REDIS_URL; "" is none."""
    if not url:
        return []
    parts, problems = _split("REDIS_URL", url, REDIS_FORM)
    if parts is None:
        return problems
    if parts.scheme not in REDIS or not (parts.path if parts.scheme == "unix" else parts.hostname):
        return [f"REDIS_URL must name a Redis server: write {REDIS_FORM}."]
    if parts.scheme != "unix" and not re.fullmatch(r"/?\d*", parts.path):
        return [f"REDIS_URL must end with the number of a database: write {REDIS_FORM}."]
    return []


def allowed_hosts(hosts: Iterable[str]) -> list[str]:
    """Say which of ALLOWED_HOSTS can never be a request's host."""
    hosts = list(hosts)
    if "*" in hosts:
        return ["ALLOWED_HOSTS must name the shop's hosts, not *."]
    wrong = [host for host in hosts if not HOST.fullmatch(host) or ".." in host]
    if not wrong:
        return []
    form = "chobacninh.example,www.chobacninh.example (no https://, no port, no path; names as in DNS: xn--…)"
    return [f"ALLOWED_HOSTS takes bare names, not {' '.join(wrong)}: write {form}."]


def base_url(url: str, hosts: Iterable[str]) -> list[str]:
    """Say what is wrong with BASE_URL, which must lead to one of ALLOWED_HOSTS."""
    form = "https://chobacninh.example"
    parts, problems = _split("BASE_URL", url, form)
    if parts is None:
        return problems
    if parts.scheme != "https" or not parts.hostname:
        return [f"BASE_URL must begin with https:// and name a host: write {form}."]
    if parts.path.strip("/") or parts.query or "@" in parts.netloc:
        return [
            f"BASE_URL takes no path and no log-in, the shop stands at the top of its host: write {form}."
        ]
    host = parts.hostname
    known = [name.lower() for name in hosts]
    if not any(host == name.lstrip(".") or (name[:1] == "." and host.endswith(name)) for name in known):
        return [f"BASE_URL leads to {host}, which ALLOWED_HOSTS does not name: add it there."]
    return []


def origins(name: str, values: Iterable[str]) -> list[str]:
    """Say which values are no origins: a scheme, a host, perhaps a port."""
    wrong = [value for value in values if not re.fullmatch(r"https?://[^/\s@]+/?", value)]
    return [f"{name} takes addresses like https://pay.example, without a path."] if wrong else []


def address(name: str, value: str) -> list[str]:
    """Say whether something is no web address (a path is fine)."""
    if not value or re.fullmatch(r"https?://[^/\s]+(/\S*)?", value):
        return []
    return [f"{name} must be an address that begins with https:// (or http://)."]


def sender(value: str) -> list[str]:
    """Say whether DEFAULT_FROM_EMAIL has no e-mail address in it."""
    mailbox = parseaddr(value)[1]
    if re.fullmatch(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+", mailbox):
        return []
    return ["DEFAULT_FROM_EMAIL has no e-mail address in it: write 'Chợ Bắc Ninh <cho@chobacninh.example>'."]


def proxy_count(text: str) -> list[str]:
    """Say whether PROXY_COUNT is no number of proxies."""
    if re.fullmatch(r"[0-9]{1,2}", text.strip()):
        return []
    form = "1 for one nginx on this machine, 0 only where gunicorn itself ends HTTPS"
    return [f"PROXY_COUNT must be the number of proxies in front, a CDN counted: {form}."]

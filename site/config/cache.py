"""Cache and session settings from a Redis URL, or for one machine without one."""

from typing import Any

from config import environment


def from_url(url: str) -> dict[str, Any]:
    """Return Django's CACHES for `url` (redis://host:6379/0); "" means inside each process.

    A Redis that is down must not stop a sale: reads answer "not there", writes are dropped, both
    with a line in the log. The time-outs keep a page from hanging on it.

    Raises:
        ImproperlyConfigured: `url` names no Redis server; every page would be an error.
    """
    environment.refuse(environment.redis_url(url))
    if not url:
        backend = "django.core.cache.backends.locmem.LocMemCache"
        return {"default": {"BACKEND": backend, "OPTIONS": {"MAX_ENTRIES": 20_000}}}
    options = {
        "IGNORE_EXCEPTIONS": True,
        "SOCKET_CONNECT_TIMEOUT": 0.5,
        "SOCKET_TIMEOUT": 0.5,
    }
    return {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": url,
            "KEY_PREFIX": "cho",
            "OPTIONS": options,
        }
    }


def session_engine(url: str) -> str:
    """Return the session engine: always kept in the database, read through Redis where there is one."""
    return "django.contrib.sessions.backends." + ("cached_db" if url else "db")

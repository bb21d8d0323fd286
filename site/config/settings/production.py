"""For real shoppers: refuses to start until everything it needs is named (docs/settings.md)."""

import environs

from config import log, reporting, required

required.check(environs.Env())

from config.settings.base import *  # noqa: E402 - only once nothing is missing
from config.settings.base import (  # noqa: E402 - as above
    BASE_URL,
    CSRF_TRUSTED_ORIGINS,
    LOG_FORMAT,
    LOG_LEVEL,
    PROXY_COUNT,
    SILENCED_SYSTEM_CHECKS,
    env,
)

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = OSCAR_BASKET_COOKIE_SECURE = True
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", False)
# Both reach beyond the shop, to every name under its domain, and cannot be taken back for months: whoever owns
# the domain decides, not a default.
SILENCED_SYSTEM_CHECKS = [*SILENCED_SYSTEM_CHECKS, "security.W005", "security.W021"]
CSRF_TRUSTED_ORIGINS = [BASE_URL, *CSRF_TRUSTED_ORIGINS]
OPENING_CHECK = env.bool("OPENING_CHECK", True)
LOGGING = log.to_stderr(LOG_LEVEL, LOG_FORMAT or "line")
reporting.start(env.str("SENTRY_DSN", ""), environment=env.str("SENTRY_ENVIRONMENT", "production"))

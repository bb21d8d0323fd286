"""What production cannot start without."""

from environs import Env

from config import environment

NAMES = (
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "BASE_URL",
    "EMAIL_URL",
    "DEFAULT_FROM_EMAIL",
    "PROXY_COUNT",
)
SECRET_KEY_MIN_LENGTH = 50  # Django's own check (security.W009)


def problems(env: Env) -> list[str]:
    """Return everything that is missing or cannot be right, each in one sentence."""
    given = {name: env.str(name, "").strip() for name in NAMES}
    missing = [name for name, value in given.items() if not value]
    found = [f"Missing in the environment: {', '.join(missing)}."] if missing else []
    if 0 < len(given["SECRET_KEY"]) < SECRET_KEY_MIN_LENGTH:
        found.append(f"SECRET_KEY is shorter than {SECRET_KEY_MIN_LENGTH} characters.")
    hosts = environment.listed(given["ALLOWED_HOSTS"])
    wrong = {
        "ALLOWED_HOSTS": environment.allowed_hosts(hosts),
        "DATABASE_URL": environment.database_url(env.str("DATABASE_URL", ""), absolute=True),
        "BASE_URL": environment.base_url(env.str("BASE_URL", ""), hosts),
        "EMAIL_URL": environment.email_url(env.str("EMAIL_URL", "")),
        "DEFAULT_FROM_EMAIL": environment.sender(given["DEFAULT_FROM_EMAIL"]),
        "PROXY_COUNT": environment.proxy_count(given["PROXY_COUNT"]),
    }
    found += [problem for name in NAMES if name not in missing for problem in wrong.get(name, [])]
    found += environment.redis_url(env.str("REDIS_URL", ""))
    found += environment.origins(
        "CSRF_TRUSTED_ORIGINS", environment.listed(env.str("CSRF_TRUSTED_ORIGINS", ""))
    )
    for name in ("S3_ENDPOINT_URL", "S3_PUBLIC_URL"):
        found += environment.address(name, env.str(name, ""))
    return found


def check(env: Env) -> None:
    """Refuse to start while something is missing or wrong, naming all of it at once.

    Raises:
        ImproperlyConfigured: names everything that is missing or wrong.
    """
    environment.refuse(problems(env))

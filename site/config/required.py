"""What production cannot start without."""

from django.core.exceptions import ImproperlyConfigured
from environs import Env

NAMES = ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "BASE_URL", "EMAIL_URL", "DEFAULT_FROM_EMAIL")
SECRET_KEY_MIN_LENGTH = 50  # Django's own check (security.W009)


def problems(env: Env) -> list[str]:
    """Return everything that is missing or cannot be right, each in one sentence."""
    missing = [name for name in NAMES if not env.str(name, "").strip()]
    found = [f"Missing in the environment: {', '.join(missing)}."] if missing else []
    if 0 < len(env.str("SECRET_KEY", "")) < SECRET_KEY_MIN_LENGTH:
        found.append(f"SECRET_KEY is shorter than {SECRET_KEY_MIN_LENGTH} characters.")
    if "*" in env.list("ALLOWED_HOSTS", []):
        found.append("ALLOWED_HOSTS must name the shop's hosts, not *.")
    if env.str("BASE_URL", "https://") and not env.str("BASE_URL", "https://").startswith("https://"):
        found.append("BASE_URL must begin with https://.")
    return found


def check(env: Env) -> None:
    """Refuse to start while something is missing.

    Raises:
        ImproperlyConfigured: names everything that is missing or wrong at once.
    """
    found = problems(env)
    if found:
        raise ImproperlyConfigured(" ".join([*found, "See docs/settings.md."]))

"""The configuration as an app, so that its system checks are found."""

from django.apps import AppConfig
from django.conf import settings


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        """Register the system checks and connect all receivers, in their order."""
        from config import checks, health, metrics, receivers  # noqa: F401 - checks register themselves

        receivers.connect()
        if settings.METRICS_TOKEN:
            health.HealthMiddleware.answers["/metrics"] = metrics.metrics

"""The house's own rules as Django system checks: `manage.py check` names what breaks them."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from wagtail.models import get_page_models

CSRF_MIDDLEWARE = "config.csrf.OriginCsrfMiddleware"
OURS = ("catalogue", "home")


@register(Tags.security)
def forms_are_protected(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Our CSRF middleware is in place: Django's own check (security.W003) knows only Django's."""
    if CSRF_MIDDLEWARE in settings.MIDDLEWARE:
        return []
    return [Error(f"{CSRF_MIDDLEWARE} is missing from MIDDLEWARE: forms are unprotected.", id="config.E001")]


@register(Tags.models)
def pages_name_their_kin(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every page type says where it may stand and what may stand under it."""
    return [
        Error(f"{page.__name__} does not say {rule}.", obj=page, id="config.E002")
        for page in get_page_models()
        for rule in ("parent_page_types", "subpage_types")
        if page._meta.app_label in OURS and rule not in vars(page)
    ]

"""What an account's owner reads, for mail that somebody else may have caused."""

from typing import Any

from django.conf import settings

from catalogue.languages import reading_language
from shop.users.models import User


def remember_language(sender: Any, user: User, **_signal: Any) -> None:
    """Note in which language somebody has logged in."""
    language = reading_language()
    if user.language != language:
        User.objects.filter(pk=user.pk).update(language=language)


def language_of(user: User) -> str:
    """Return the owner's language: chosen in the CMS, or that of the last log-in; the shop's for nobody's."""
    profile = getattr(user, "wagtail_userprofile", None)
    chosen: str = (profile.preferred_language if profile else "") or user.language
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE

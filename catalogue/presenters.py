"""Which function gives a page's template its words: registered when the apps are ready, asked when a page is served.

Models import nothing that presents them. The functions stand in catalogue.presentation, catalogue.listing and
home.presentation; each takes the page, the request and the page's family.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from wagtail.models import Page

from catalogue.family import Family

Presenter = Callable[[Any, HttpRequest, Family], dict[str, Any]]
_presenters: dict[type[Page], Presenter] = {}
_frames: list[Presenter] = []


def register(model: type[Page], presenter: Presenter) -> None:
    """Let `presenter` give the pages of `model` their part of the template's context."""
    _presenters[model] = presenter


def register_frame(presenter: Presenter) -> None:
    """Let `presenter` give every page what all of them share; it calls `parts` for the rest."""
    _frames[:] = [presenter]


def context(page: Page, request: HttpRequest, family: Family) -> dict[str, Any]:
    """Return a page's whole context."""
    return _frames[0](page, request, family)


def parts(page: Page, request: HttpRequest, family: Family) -> dict[str, Any]:
    """Return what this kind of page adds to it; nothing for a kind that nobody presents."""
    presenter = _presenters.get(type(page))
    return presenter(page, request, family) if presenter else {}

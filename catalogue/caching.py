"""What a public page says about how long its copies may be kept.

Every Wagtail page is public by itself; another view becomes public with `@public_view`. How long the
copies live is decided in one place (`config.caching`), and never beyond midnight in Vietnam: stars,
seasons and events change there with the date.
"""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.http.response import HttpResponseBase

MARK = "is_public"  # the attribute of a marked answer
P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


def public_view(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view's answers as the same for everybody: no cookie, no user, no basket in them."""

    @functools.wraps(view)
    def marked(*args: P.args, **kwargs: P.kwargs) -> R:
        response = view(*args, **kwargs)
        setattr(response, MARK, True)
        return response

    return marked


def is_marked_public(response: HttpResponseBase) -> bool:
    """Say whether `public_view` made this answer."""
    return getattr(response, MARK, False)

"""A log-in or log-out changes whose basket it is: the request must look it up anew."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out

from shop.basket.middleware import reset_basket


def connect() -> None:
    """Listen for log-in and log-out."""
    user_logged_in.connect(_owner_changed, dispatch_uid="basket_owner_in")
    user_logged_out.connect(_owner_changed, dispatch_uid="basket_owner_out")


def _owner_changed(request: Any, **_kwargs: Any) -> None:
    if request is not None and hasattr(request, "basket"):
        reset_basket(request)

"""Log-in by e-mail address, however its capitals are written, at every door: one password, one hash."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from oscar.apps.customer.utils import normalise_email

from shop.users.models import User


class EmailBackend(ModelBackend):
    """The only backend: a second one would hash a wrong password twice, and an unknown address once.

    How long the answer takes would then tell which addresses have an account.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **other: Any,
    ) -> User | None:
        """Return the active user with this address and password, None for anybody else."""
        if username is None or password is None:
            return None
        address = normalise_email(username)
        found = list(User.objects.filter(email__iexact=address))
        found.sort(key=lambda user: (user.email != address, user.pk))
        if not found:
            User().set_password(password)  # takes as long as looking at one
            return None
        user = found[0]
        return user if user.check_password(password) and self.user_can_authenticate(user) else None

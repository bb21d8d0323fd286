"""Whom access is asked for: an account of the shop, or nobody known."""

from typing import TypeAlias

from django.contrib.auth.models import AnonymousUser
from oscar.apps.customer.abstract_models import AbstractUser

RequestUser: TypeAlias = AbstractUser | AnonymousUser  # what `request.user` is

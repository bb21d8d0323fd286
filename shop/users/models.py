"""The one user of CMS, dashboard and shop: e-mail is the log-in name."""

from oscar.apps.customer.abstract_models import AbstractUser


class User(AbstractUser):
    """Oscar's e-mail user; staff, producers and shoppers are told apart by groups."""

"""What producers' people hear of when accounts go."""

from django.db.models.signals import pre_delete

from shop.partner.people import account_goes
from shop.users.models import User


def connect() -> None:
    """Connect each receiver; site/config/receivers.py says after whom."""
    pre_delete.connect(account_goes, sender=User, dispatch_uid="partner_account_goes")

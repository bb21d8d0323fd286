"""Load what every market needs: places, classes, the frame of the site, roles. Safe to repeat."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand

from catalogue import permissions, reference
from home import skeleton
from home.quiet import quiet
from shop.shipping.loading import load_shipping
from shop.shipping.models import ShippingZone
from shop.tax.rates import load_rates


class Command(BaseCommand):
    help = "Load reference data: places, OCOP classes, the frame of the site, roles. Run at every release."

    def handle(self, *args: Any, **options: Any) -> None:
        with quiet():
            for words, step in STEPS:
                begun = monotonic()
                count = step()
                if options["verbosity"]:
                    self.stdout.write(f"  {words:<32}{count:>7} written  {monotonic() - begun:6.1f} s")


def _frame() -> int:
    skeleton.build()
    return 0


def _roles() -> int:
    permissions.grant_moderators()
    permissions.grant_hub_staff()
    return 0


def _tariff() -> int:
    """The tariff is a start: once zones stand, they are the hub's."""
    return 0 if ShippingZone.objects.exists() else load_shipping()


STEPS: tuple[tuple[str, Callable[[], int]], ...] = (
    ("provinces, communes, old units", reference.load_places),
    ("OCOP industries, groups, sets", reference.load_taxonomy),
    ("indications and quality schemes", reference.load_claims),
    ("product classes", reference.load_product_classes),
    ("frame of the site", _frame),
    ("roles", _roles),
    ("shipping zones", _tariff),
    ("VAT rates", load_rates),
)

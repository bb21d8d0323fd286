"""Load what every market needs: places, classes, the frame of the site, roles. Safe to repeat.

What staff changed stays; `--differences` lists what is shipped otherwise (docs/adr/0030).
"""

from collections.abc import Callable
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from catalogue import reference
from catalogue.access import permissions
from home import site_setup, starter_pages
from home.log_muting import mute_logs
from home.seeds import all_differences
from shop.ledger.withholding import load_withholding_rates
from shop.shipping.loading import load_shipping
from shop.tax.rates import load_rates


class Command(BaseCommand):
    help = "Load reference data: places, OCOP classes, the frame of the site, roles. Run at every release."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--differences",
            action="store_true",
            help="load nothing; list the rows that staff changed or deleted beside what is shipped",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["differences"]:
            self._list_differences()
        else:
            self._load(options["verbosity"])

    def _list_differences(self) -> None:
        for difference in all_differences():
            self.stdout.write(f"{difference.dataset.name} {difference.key}: {difference.status.value}")
            for field in difference.fields:
                self.stdout.write(f"  {field.name}: {field.ours} → {field.shipped}")

    def _load(self, verbosity: int) -> None:
        with mute_logs():
            for words, step in STEPS:
                begun = monotonic()
                count = step()
                if verbosity:
                    self.stdout.write(f"  {words:<32}{count:>7} written  {monotonic() - begun:6.1f} s")
        if verbosity and (count := len(all_differences())):
            rows = "1 row differs" if count == 1 else f"{count} rows differ"
            self.stdout.write(f"  {rows} from what is shipped: load_reference --differences lists them")


def _frame() -> int:
    site_setup.build()
    return 0


def _roles() -> int:
    permissions.grant_moderators()
    permissions.grant_hub_staff()
    return 0


STEPS: tuple[tuple[str, Callable[[], int]], ...] = (
    ("provinces, communes, old units", reference.load_places),
    ("OCOP industries, groups, sets", reference.load_taxonomy),
    ("indications and quality schemes", reference.load_claims),
    ("product classes", reference.load_product_classes),
    ("frame of the site", _frame),
    ("pages that the law asks for", starter_pages.write),
    ("roles", _roles),
    ("shipping zones", load_shipping),
    ("VAT rates", load_rates),
    ("rates of withheld tax", load_withholding_rates),
)

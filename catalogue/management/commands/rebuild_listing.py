"""Writes all listing rows anew: after a restore, a bulk import or a change of the media address."""

from typing import Any

from django.core.management.base import BaseCommand

from catalogue import statistics
from catalogue.listing import rows as listing_rows


class Command(BaseCommand):
    help = "Write the rows behind lists and cards anew, from pages, products and certificates."

    def handle(self, **_options: Any) -> None:
        written = listing_rows.rebuild()
        statistics.refresh()
        self.stdout.write(f"{written} rows written")

"""Measures pages with few and with many products, in a scratch database that is thrown away."""

import tempfile
import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.test.utils import override_settings

from catalogue import statistics
from catalogue.listing import index
from catalogue.listing import rows as listing_rows
from catalogue.search import matching
from demo.scale import measuring
from demo.scale.products import grow
from home.log_muting import mute_logs

JUDGED = ("home", "listing", "product", "village")
WORST_RATIO = 1.5  # CPU with many products to CPU with few
LIKE_PRODUCTION = {
    "DEBUG": False,
    "DEMO_ALLOWED": False,  # no orders: nothing of them is measured
    "PUBLIC_CACHE_S": 60,  # header and footer are kept between requests
}


class Command(BaseCommand):
    help = "Measure pages with 1,000 and 20,000 generated products in a scratch database (some minutes)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sizes", default="1000,20000", help="numbers of products, smallest first")
        parser.add_argument("--rounds", type=int, default=20, help="requests per page; the median counts")

    def handle(self, **options: Any) -> None:
        sizes = sorted(int(size) for size in options["sizes"].split(","))
        with (
            tempfile.TemporaryDirectory() as media,
            override_settings(**LIKE_PRODUCTION, MEDIA_ROOT=media),
            mute_logs(),
        ):
            old_name = connection.settings_dict["NAME"]
            self.stdout.write("Making a scratch database with the demo market…")
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            try:
                call_command("load_demo", even_in_production=True, without_sizes=True, verbosity=0)
                results = {size: self._measure(size, options["rounds"]) for size in sizes}
            finally:
                connection.creation.destroy_test_db(old_name, verbosity=0)
        self._report(results, sizes[0], sizes[-1])

    def _measure(self, size: int, rounds: int) -> dict[str, measuring.Cost]:
        began = time.process_time()
        grow(size)
        listing_rows.rebuild()
        statistics.refresh()
        written = time.process_time() - began
        index.forget()
        matching.forget()
        began = time.process_time()
        index.listing_index("vi")
        loaded = time.process_time() - began
        self.stdout.write(
            f"{size:,} products: written in {written:.0f} s, a process loads its index in {loaded:.2f} s"
        )
        return {
            name: measuring.cost(address, rounds=rounds) for name, address in measuring.addresses().items()
        }

    def _report(self, results: dict[int, dict[str, measuring.Cost]], few: int, many: int) -> None:
        self.stdout.write(f"\n{'CPU ms a request':<24}{few:>10,}{many:>10,}{'ratio':>8}{'SQL':>6}")
        too_slow = []
        for name, before in results[few].items():
            after = results[many][name]
            ratio = after.cpu_ms / before.cpu_ms
            if name in JUDGED and ratio > WORST_RATIO:
                too_slow.append(name)
            self.stdout.write(
                f"{name:<24}{before.cpu_ms:>10.1f}{after.cpu_ms:>10.1f}{ratio:>8.2f}{after.queries:>6}"
            )
        if too_slow:
            raise CommandError(f"More than {WORST_RATIO} times dearer with {many:,}: {', '.join(too_slow)}")

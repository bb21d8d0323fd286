"""Load the demo market. Safe to repeat: what stands is left as it is."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalogue import statistics
from catalogue.listing import rows as listing_rows
from catalogue.models import SeededRow
from demo.market import bank, events, front, people, pictures, producers, products, villages, writing
from demo.trade import loading as trade
from demo.trade import shopper
from home.log_muting import mute_logs

STEPS: tuple[tuple[str, Callable[[], int]], ...] = (
    ("pictures", pictures.load),
    ("villages", villages.load_villages),
    ("specialties", villages.load_specialties),
    ("producers", producers.load),
    ("products", products.load),
    ("events", events.load_events),
    ("sales points", events.load_sales_points),
    ("stories", writing.load_stories),
    ("standard pages", writing.load_standard_pages),
    ("front page", front.load_front_page),
    ("menus and owner", front.load_settings),
    ("bank account", bank.load),
    ("log-ins", people.load),
    ("voucher", shopper.load_voucher),
    ("address book", shopper.load_address_book),
    ("orders in every state", trade.load),
    ("sizes of pictures", pictures.render),
)


class Command(BaseCommand):
    help = (
        "Load the demo market: villages, makers, goods, stories, log-ins. Everything in it is illustrative."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--even-in-production",
            action="store_true",
            help="load outside the development settings: public passwords and invented goods will be in the shop",
        )
        parser.add_argument(
            "--without-sizes", action="store_true", help="leave the sizes of pictures to their first visitor"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_ALLOWED and not options["even_in_production"]:
            raise CommandError("This looks like a real shop. Say --even-in-production if you mean it.")
        self.verbosity = options["verbosity"]
        begun = monotonic()
        SeededRow.objects.filter(dataset="sections").delete()  # the demo fills all sections, deleted ones too
        call_command("load_reference", verbosity=self.verbosity, stdout=self.stdout)
        with mute_logs(), listing_rows.paused():
            for words, step in STEPS:
                if step is not pictures.render or not options["without_sizes"]:
                    self._run(words, step)
        statistics.refresh()
        self._say(f"Done in {monotonic() - begun:.0f} s. Log-ins (public, for this demo only):")
        for person in people.existing():
            self._say(people.login_line(person))

    def _run(self, words: str, step: Callable[[], int]) -> None:
        begun = monotonic()
        self._say(f"  {words:<32}{step():>7} new      {monotonic() - begun:6.1f} s")

    def _say(self, words: str) -> None:
        if self.verbosity:
            self.stdout.write(words)

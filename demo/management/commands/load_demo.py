"""Load the demo market. Safe to repeat: what stands is left as it is."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalogue import listing_rows, statistics
from home.demo import bank, events, front, people, pictures, producers, products, villages, writing
from home.quiet import quiet

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
            help="load although DEBUG is off: public passwords and invented goods will be in the shop",
        )
        parser.add_argument(
            "--without-sizes", action="store_true", help="leave the sizes of pictures to their first visitor"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG and not options["even_in_production"]:
            raise CommandError(
                "DEBUG is off: this looks like a real shop. Say --even-in-production if you mean it."
            )
        self.verbosity = options["verbosity"]
        begun = monotonic()
        call_command("load_reference", verbosity=self.verbosity, stdout=self.stdout)
        with quiet(), listing_rows.paused():
            for words, step in STEPS:
                if step is not pictures.render or not options["without_sizes"]:
                    self._run(words, step)
        statistics.refresh()
        self._say(f"Done in {monotonic() - begun:.0f} s. Log-ins (public, for this demo only):")
        for person in people.PEOPLE:
            self._say(f"  {person.role:<14} {person.email:<20} {person.password}")

    def _run(self, words: str, step: Callable[[], int]) -> None:
        begun = monotonic()
        self._say(f"  {words:<32}{step():>7} new      {monotonic() - begun:6.1f} s")

    def _say(self, words: str) -> None:
        if self.verbosity:
            self.stdout.write(words)

"""Run the timer's jobs once, or for ever with --every."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from shop.timer import running


class Command(BaseCommand):
    help = "Run the timer's jobs: mail, what is due in orders, scheduled pages, tidying up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=int, metavar="SECONDS", help="stay and run them this often")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            for path, went_well in running.run_due():
                if options["verbosity"] > 1:
                    self.stdout.write(f"{'ok    ' if went_well else 'FAILED'} {path}")
            if not options["every"]:
                return
            time.sleep(options["every"])
            close_old_connections()  # the database may have been restarted meanwhile

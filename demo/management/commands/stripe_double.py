"""Switches of the pretended Stripe, for trying out what a real one seldom does."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from demo.stripe_double import notifications, switches
from demo.stripe_double.errors import Refused
from demo.stripe_double.http_client import FAULTS, NETWORK

HANG_S = 60.0


class Command(BaseCommand):
    help = (
        f"The pretended Stripe. For all calls from now on: {', '.join(NETWORK)} (with the seconds it hangs). "
        f"For the next call: {', '.join(FAULTS)}. "
        f"With an order's code, told to the shop at BASE_URL: {', '.join(switches.EVENTS)}."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("switch", choices=[*NETWORK, *FAULTS, *switches.EVENTS])
        parser.add_argument("value", nargs="?", default="", help="An order's code, or seconds for hang.")
        parser.add_argument("--amount", type=int, help="Part of a dispute or refund, in đồng.")

    def handle(self, *args: Any, switch: str, value: str, amount: int | None, **options: Any) -> None:
        if not (settings.DEMO_ALLOWED and settings.STRIPE_DOUBLE):
            raise CommandError("The pretended Stripe is for development only.")
        try:
            self._switch(switch, value, amount)
        except (Refused, ValueError) as wrong:
            raise CommandError(str(wrong)) from wrong
        self.stdout.write(f"{switch} {value}".strip())

    def _switch(self, switch: str, value: str, amount: int | None) -> None:
        if switch in NETWORK:
            switches.set_network(switch, float(value or HANG_S))
        elif switch in FAULTS:
            switches.break_next(switch)
        else:
            switches.EVENTS[switch](value, amount)
            address = f"{settings.BASE_URL}{reverse('payment:stripe-webhook')}"
            notifications.deliver_soon(address).join()

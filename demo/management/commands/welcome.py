"""What `make run` does before it serves: the shop lives where it is served, and says how to come in."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from oscar.core.loading import get_model

from demo.market import people
from demo.trade import shopper
from home import site_setup


class Command(BaseCommand):
    help = "Let links, sitemaps and mail follow BASE_URL; print the address and the log-ins of the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        site_setup.follow_base_url()
        self.stdout.write(
            f"\n{settings.MARKET.name}: {settings.BASE_URL}/  (staff and producers: {settings.BASE_URL}/admin/)"
        )
        self.stdout.write("Log-ins (public, for this demo only):")
        for person in people.existing():
            self.stdout.write(people.login_line(person))
        if get_model("voucher", "Voucher").objects.filter(code=shopper.VOUCHER).exists():
            self.stdout.write(f"Voucher for the basket: {shopper.VOUCHER}")
        self.stdout.write("Mail is printed below. Stop with Ctrl-C.\n")

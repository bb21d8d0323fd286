"""Prove that the ledger is the money kept, to the đồng."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shop.ledger import jobs


class Command(BaseCommand):
    help = "Prove that all lines of the ledger add up to receipts less refunds less payouts, order by order."

    def handle(self, *_args: Any, **_options: Any) -> None:
        proof = jobs.check()
        for number, amount in proof.orders.items():
            self.stderr.write(f"order {number}: {amount:+f}")
        for pk, amount in proof.payouts.items():
            self.stderr.write(f"payout {pk}: {amount:+f}")
        if not proof.holds:
            raise CommandError(f"The ledger has {proof.ledger} đồng, the money kept is {proof.kept}.")
        self.stdout.write(f"The ledger holds: {proof.ledger} đồng.")

"""Prove that the ledger is the money kept and that all cash is somewhere, to the đồng."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shop.ledger import jobs


class Command(BaseCommand):
    help = (
        "Prove that all entries of the ledger add up to the money kept, order by order, that what is in paid "
        "payouts adds up, and that the cash of every parcel is with a holder, at the hub or given back; withheld tax, too. "
        "Prints what differs, a line for each, and leaves with 1."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        proof = jobs.check()
        for line in proof.differences():
            self.stderr.write(line)
        if not proof.holds:
            raise CommandError("The ledger is off, see above.")
        self.stdout.write(f"The ledger holds: {proof.ledger} đồng.")

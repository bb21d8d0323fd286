"""What producers were paid: one transfer long ago, one list that waits for the bank."""

from demo.trade import steps
from demo.trade.past import ago
from shop.ledger import payouts, transfer_files

PAID_AGO = 16


def pay_long_ago() -> None:
    """Pay out what was due then: list, file for the bank, transfers."""
    by = steps.hub()
    with ago(PAID_AGO):
        made = payouts.run(by=by).made
        transfer_files.make_file(by=by)
        for payout in made:
            payouts.pay(payout_id=payout.pk, reference=f"MINHHOA{payout.pk:06d}", by=by)


def draw_up() -> None:
    """Make the list of what is due today."""
    payouts.run(by=steps.hub())

"""Events of money, sent inside the transaction and on the locked order in which they happen.

Senders and receivers, in the order in which they run:

| signal | sent by | received by |
|---|---|---|
| `money_received(receipt)` | `settling.settle` | `shop.ledger.receivers` |
| `payment_completed(payment, parcels)` | `settling.settle` | `shop.ledger.receivers` |
| `refund_completed(refund)` | `refunds.answers`, `refunds.uncollected` | `shop.ledger.receivers` |
| `refund_reversed(refund)` | `refunds.answers`, `refunds.uncollected` | `shop.ledger.receivers` |
| `provider_balance_moved(transactions)` | `providers.stripe.balance` | `shop.ledger.receivers` |
| `provider_payout_arrived(line)` | `bank.stripe_payouts`, on the locked line | `shop.ledger.receivers` |
| `money_out_recorded(lines)` | `bank.storing`, after its commit | `shop.ledger.bank_lines` |

A receiver of the first six that fails undoes the whole transaction: money is never kept without its entry in the ledger.
"""

from django.dispatch import Signal

money_received = Signal()
payment_completed = Signal()
refund_completed = Signal()
refund_reversed = Signal()
provider_balance_moved = Signal()
provider_payout_arrived = Signal()
money_out_recorded = Signal()

"""The ways that are walked: how far a buyer comes, what the worker dies in, how the world goes on, how it ends."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from catalogue.models import Product
from shop.payment import attempts
from shop.payment.models import Payment
from tests.concurrency import kill_acts as acts
from tests.concurrency.buyers import Buyer, at_review, expired, has_paid, overdue, placed, waiting
from tests.concurrency.kill_acts import Act, again, given_up, left_alone
from tests.concurrency.kill_checks import End
from tests.shop import make_order, make_purchase


@dataclass(frozen=True)
class Flow:
    """One way: the worker dies somewhere in `act`, then comes `then`, and all is over in one of `ends`."""

    prepare: Callable[[Product], Buyer]
    act: Act
    then: Act
    ends: tuple[End, ...]


def transferred(product: Product) -> Buyer:
    """Return a buyer who has sent a transfer and of whom the shop has not heard."""
    order = make_order(product, purchase=make_purchase(method="bank"))
    attempts.begin(order)
    buyer = Buyer(order_id=order.pk)
    acts.transfer(buyer)
    return buyer


def paid_late(product: Product) -> Buyer:
    """Return a buyer who paid in the last second and whose deadline is over."""
    buyer = has_paid(product)
    Payment.objects.filter(order=buyer.order_id).update(deadline=timezone.now() - timedelta(minutes=1))
    return buyer


def at_desk(product: Product) -> Buyer:
    """Return a buyer whose order is paid, while somebody sits at the desk."""
    acts.desk()
    return placed(product)


@override_settings(TIMER_JOBS=[job for job in settings.TIMER_JOBS if job[0].startswith("shop.payment.jobs.")])
def tick(_buyer: Buyer) -> None:
    """Let the timer's jobs for payments run."""
    acts.tick()


cash, transfer = partial(at_review, method="cod"), partial(at_review, method="bank")

NONE = End()
CASH = End("Placed", ("pending",), 1, mails=("placed",))
WAITING = End("Pending payment", ("pending",), 1, mails=("placed",))
PAID = End("Placed", ("paid",), 1, receipts=1, charges=1, mails=("placed", "paid"))
TRANSFERRED = PAID._replace(charges=0)
# Which job of the timer sees first that Stripe's page is closed is chance: it has expired, or failed.
EXPIRED = tuple(End("Expired", (state,), mails=("placed", "expired")) for state in ("expired", "failed"))
PAID_ANEW = tuple(
    PAID._replace(payments=(state, "paid"), mails=mails)
    for state in ("expired", "failed")
    for mails in (("placed", "paid"), ("placed", "expired", "paid"))
)
CHANGED = End("Placed", ("cancelled", "pending"), 1, mails=("placed", "placed"))
CANCELLED = End("Cancelled", ("cancelled",), mails=("placed", "cancelled"))
GIVEN = PAID._replace(given_back=("done",), refunds=1, mails=("placed", "paid", "refunded"))
PAID_BACK = GIVEN._replace(status="Cancelled", units=0, mails=("placed", "paid", "cancelled", "refunded"))

FLOWS = {
    "cash": Flow(cash, Buyer.place, again(Buyer.place), (CASH,)),
    "cash, left alone": Flow(cash, Buyer.place, left_alone, (NONE, CASH)),
    "card": Flow(at_review, Buyer.place, acts.place_and_pay, (PAID,)),
    "card, given up": Flow(at_review, Buyer.place, given_up, (NONE, *EXPIRED)),
    "transfer": Flow(transfer, Buyer.place, acts.place_and_transfer, (TRANSFERRED,)),
    "return": Flow(has_paid, Buyer.come_back, acts.come_again, (PAID,)),
    "return, left alone": Flow(has_paid, Buyer.come_back, left_alone, (PAID,)),
    "notice": Flow(has_paid, acts.hear_stripe, again(acts.hear_stripe), (PAID,)),
    "notice, left alone": Flow(has_paid, acts.hear_stripe, left_alone, (PAID,)),
    "bank": Flow(transferred, acts.hear_bank, again(acts.hear_bank), (TRANSFERRED,)),
    "bank, left alone": Flow(transferred, acts.hear_bank, left_alone, (WAITING, TRANSFERRED)),
    "expiry": Flow(overdue, tick, left_alone, EXPIRED),
    "expiry, paid": Flow(paid_late, tick, left_alone, (PAID,)),
    "expiry, paid anew": Flow(overdue, tick, acts.pay_again, (PAID, *PAID_ANEW)),
    "paid anew": Flow(expired, acts.pay_card, acts.pay_again, PAID_ANEW),
    "cash after all": Flow(waiting, acts.pay_cash, again(acts.pay_cash), (CHANGED,)),
    "cancel": Flow(waiting, acts.cancel_order, again(acts.cancel_order), (CANCELLED,)),
    "cancel at the desk": Flow(at_desk, acts.cancel_parcel, again(acts.cancel_parcel), (PAID_BACK,)),
    "refund": Flow(at_desk, acts.give_back, again(acts.give_back), (GIVEN,)),
    "refund, left alone": Flow(at_desk, acts.give_back, left_alone, (PAID, GIVEN)),
}

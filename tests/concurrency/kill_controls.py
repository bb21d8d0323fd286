"""Ways that are wrong on purpose: in each, dying at one step must be noticed."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from oscar.core.loading import get_model

from shop.checkout import placing
from shop.checkout.quote import unsign
from shop.core.actors import SYSTEM
from shop.ledger import posting
from shop.order.models import Order
from shop.partner import stock
from shop.payment import attempts, settling
from shop.payment.models import Receipt
from shop.payment.providers import provider
from tests.concurrency.buyers import Buyer, at_review, has_paid
from tests.concurrency.kill_acts import again, come_again, place_and_pay
from tests.concurrency.kill_flows import CASH, PAID, Flow, cash
from tests.shop import make_purchase


def _place(buyer: Buyer, method: str) -> Order:
    return placing.place(
        basket_id=buyer.basket_id,
        purchase=make_purchase(method=method),
        shown=unsign(buyer.shown),
        user=AnonymousUser(),
    )


def page_first(buyer: Buyer) -> None:
    """Open the page at Stripe before the order is committed."""
    with transaction.atomic():
        attempts.begin(_place(buyer, "card"))


def stock_first(buyer: Buyer) -> None:
    """Take the stock in a transaction of its own."""
    line = _basket(buyer).lines.get()
    wanted = {line.stockrecord_id: line.quantity}
    stock.allocate(wanted)
    with transaction.atomic():
        stock.release(wanted)
        _place(buyer, "cod")


def basket_first(buyer: Buyer) -> None:
    """Close the basket in a transaction of its own."""
    basket = _basket(buyer)
    basket.submit()
    with transaction.atomic():
        basket.thaw()
        _place(buyer, "cod")


def receipt_first(buyer: Buyer) -> None:
    """Write the receipt in a transaction of its own, before the ledger."""
    payment, method = buyer.payment, provider("card")
    report = method.fetch_report(payment)
    money = report.incoming[0]
    receipt = Receipt.objects.create(
        payment=payment, source=money.source, reference=money.reference, amount=money.amount
    )
    with transaction.atomic():
        posting.received(receipt)
        settling.settle(payment_id=payment.pk, report=report, by=SYSTEM)


def _basket(buyer: Buyer) -> Any:
    return get_model("basket", "Basket").objects.get(pk=buyer.basket_id)


CONTROLS = {
    "page first": Flow(at_review, page_first, place_and_pay, (PAID,)),
    "stock first": Flow(cash, stock_first, again(Buyer.place), (CASH,)),
    "basket first": Flow(cash, basket_first, again(Buyer.place), (CASH,)),
    "receipt first": Flow(has_paid, receipt_first, come_again, (PAID,)),
}

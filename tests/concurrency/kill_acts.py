"""What buyers, Stripe, the bank, the desk and the timer do in the walk, all through the shop's own doors."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import time_machine
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from demo.stripe_double import notifications
from shop.payment.models import Payment
from shop.timer.models import JobRun
from shop.timer.running import run_due
from tests import stripe, transfers
from tests.concurrency.buyers import SAME_SITE, Buyer

FINE = (200, 302)
Act = Callable[[Buyer], Any]


def fine(answer: Any) -> None:
    """Insist that an answer is a page, or leads to one."""
    if answer.status_code not in FINE:
        raise AssertionError(f"{answer.request['PATH_INFO']} answers {answer.status_code}")


def reload(buyer: Buyer) -> None:
    """Look at every page that the buyer may have open."""
    shopping = [reverse("basket:summary"), reverse("checkout:preview")] if buyer.basket_id else []
    for url in (*shopping, *(order.get_absolute_url() for order in buyer.orders())):
        fine(buyer.client.get(url))


def again(act: Act) -> Act:
    """Return the way on of those who do it again, and once more; then the timer runs."""

    def then(buyer: Buyer) -> None:
        for _time in range(2):
            fine(act(buyer))
        rest()
        tick()

    return then


def pay_card(buyer: Buyer) -> Any:
    """Press "pay by card" on the order's page."""
    return buyer.press("pay", method="card")


def pay_cash(buyer: Buyer) -> Any:
    """Change to cash on delivery on the order's page."""
    return buyer.press("pay", method="cod")


def cancel_order(buyer: Buyer) -> Any:
    """Press "cancel" on the order's page."""
    return buyer.press("cancel", reason="")


def place_and_pay(buyer: Buyer) -> None:
    """Place again, then pay by card on the order's page."""
    again(Buyer.place)(buyer)
    buyer.order_id = buyer.orders().get().pk
    pay_again(buyer)


def pay_again(buyer: Buyer) -> None:
    """Press "pay" again, and once more, then pay on Stripe's page."""
    for _time in range(2):
        fine(pay_card(buyer))
    buyer.pay()
    come_again(buyer)


def come_again(buyer: Buyer) -> None:
    """Return from Stripe's page again, while Stripe tells what it has to tell."""
    if set(stripe.deliver(Client())) - {200}:
        raise AssertionError("Stripe was refused")
    again(Buyer.come_back)(buyer)


def place_and_transfer(buyer: Buyer) -> None:
    """Place again, then transfer what the order's page asks for."""
    again(Buyer.place)(buyer)
    buyer.order_id = buyer.orders().get().pk
    transfer(buyer)
    again(hear_bank)(buyer)


def transfer(buyer: Buyer) -> None:
    """Send the money, away from the shop."""
    order = buyer.order
    buyer.notice = json.dumps(transfers.told(memo=order.number, amount=order.total_incl_tax))


def hear_bank(buyer: Buyer) -> Any:
    """Let the bank tell of the transfer."""
    return transfers.post(json.loads(buyer.notice))


def hear_stripe(buyer: Buyer) -> Any:
    """Let Stripe tell of the payment."""
    signed = {"Stripe-Signature": stripe.signature(buyer.notice)}
    url = reverse("payment:stripe-webhook")
    return Client().post(url, buyer.notice, content_type="application/json", headers=signed)


def tick(minutes: int = 0) -> None:
    """Let the timer run, some minutes from now."""
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
        for path, well in run_due():
            if not well:
                raise AssertionError(f"{path} failed")


def rest() -> None:
    """Let the timer's last run be long ago."""
    JobRun.objects.update(begun_at=None)


def left_alone(_buyer: Buyer) -> None:
    """Nobody does anything more; the timer runs twice, late enough to ask about what is open."""
    tick(5)
    tick(6)


def given_up(_buyer: Buyer) -> None:
    """The buyer never pays; the timer runs twice after the deadline."""
    tick(40)
    tick(41)


@cache
def desk() -> Client:
    """Return the browser of somebody who works for the hub."""
    user = get_user_model().objects.create_superuser("hoa@example.vn", "mat-khau-dai-10")
    client = Client()
    client.force_login(user)
    return client


def give_back(buyer: Buyer) -> Any:
    """Press "give back" at the desk, on a form with its own key."""
    payment = buyer.payment
    form = {"key": f"k{payment.pk}", "amount": "1000", "parcel": "", "way": "card", "reason": "vỡ"}
    fields = {f"refund-{payment.pk}-{name}": value for name, value in form.items()}
    return _press("refund", [buyer.order_id, payment.pk], fields)


def cancel_parcel(buyer: Buyer) -> Any:
    """Press "cancel" at the desk."""
    parcel = buyer.order.parcels.get()
    return _press("step", [buyer.order_id, parcel.pk, "cancel"], {f"cancel-{parcel.pk}-reason": "vỡ"})


def _press(name: str, keys: list[Any], fields: dict[str, str]) -> Any:
    fine(desk().get(reverse("shop_orders:detail", args=keys[:1])))
    return desk().post(reverse(f"shop_orders:{name}", args=keys), fields, **SAME_SITE)


def put_away(buyer: Buyer) -> None:
    """Let nothing of this buyer come up again: what Stripe has to tell is lost, the timer asks no more."""
    rest()
    for notification in notifications.undelivered():
        notifications.mark_delivered(notification)
    long_ago = timezone.now() - timedelta(days=30)
    Payment.objects.filter(order__in=buyer.orders()).update(created_at=long_ago)

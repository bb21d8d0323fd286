"""Orders paid by card at every stage of their life, and the browser of the one who buys."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.signing import Signer
from django.db.models import Q, QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Product
from demo.stripe_double import acts
from demo.stripe_double.storage import open_storage
from shop.checkout.quote import quote
from shop.checkout.session import KEY
from shop.core.actors import SYSTEM
from shop.order.models import Order
from shop.payment import attempts, expiring, settling
from shop.payment.models import Payment
from tests.factories import make_product
from tests.shop import make_basket, make_order, make_purchase

PRICE = 250_000
SAME_SITE = {"HTTP_SEC_FETCH_SITE": "same-origin"}


@dataclass
class Buyer:
    """One browser and what it is about."""

    basket_id: int = 0
    shown: str = ""
    order_id: int = 0
    notice: str = ""
    client: Client = field(default_factory=Client)

    @property
    def order(self) -> Order:
        """The order as the database has it now."""
        return Order.objects.get(pk=self.order_id)

    def orders(self) -> QuerySet[Order]:
        """Return what came of the basket; there should never be two."""
        return Order.objects.filter(Q(pk=self.order_id) | Q(basket__isnull=False, basket=self.basket_id))

    @property
    def payment(self) -> Payment:
        """The latest attempt to pay."""
        return Payment.objects.filter(order=self.order_id).select_related("order").latest("pk")

    def place(self) -> Any:
        """Press the button on the review page."""
        return self.client.post(
            reverse("checkout:preview"), {"shown": self.shown, "terms": "on"}, **SAME_SITE
        )

    def press(self, name: str, **fields: str) -> Any:
        """Press a button on the order's page."""
        return self.client.post(reverse(f"order:{name}", args=[self.order.token]), fields, **SAME_SITE)

    def come_back(self) -> Any:
        """Return from Stripe's page."""
        return self.client.get(reverse("order:paid", args=[self.order.token]))

    def pay(self) -> None:
        """Pay on Stripe's page, away from the shop."""
        acts.pay(self.payment.reference or "", acts.GOOD)


def at_review(product: Product | None = None, *, method: str = "card") -> Buyer:
    """Return a buyer who reads the review page."""
    basket = make_basket(product or make_product(price=PRICE, stock=5))
    purchase = make_purchase(method=method)
    buyer = Buyer(basket_id=basket.pk, shown=quote(basket, purchase).sign())
    session = SessionStore()
    session[KEY] = purchase.to_dict()
    session.save()
    buyer.client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    buyer.client.cookies[settings.OSCAR_BASKET_COOKIE_OPEN] = Signer().sign(basket.pk)
    return buyer


def waiting(product: Product | None = None, *, stock: int = 5) -> Buyer:
    """Return a buyer on Stripe's page."""
    product = product or make_product(price=PRICE, stock=stock)
    order = make_order(product, purchase=make_purchase(method="card"))
    attempts.begin(order)
    return Buyer(order_id=order.pk)


def has_paid(product: Product | None = None) -> Buyer:
    """Return a buyer who has paid and of whom the shop has not heard."""
    buyer = waiting(product)
    buyer.pay()
    with open_storage() as storage:
        buyer.notice = storage.undelivered()[-1][1]
    assert json.loads(buyer.notice)["data"]["object"]["client_reference_id"] == buyer.payment.token
    return buyer


def placed(product: Product | None = None) -> Buyer:
    """Return a buyer whose order is paid and placed."""
    buyer = has_paid(product)
    settling.fetch_and_settle(payment_id=buyer.payment.pk, by=SYSTEM)
    return buyer


def overdue(product: Product | None = None, *, stock: int = 5) -> Buyer:
    """Return a buyer who lets the deadline pass with Stripe's page open."""
    buyer = waiting(product, stock=stock)
    Payment.objects.filter(order=buyer.order_id).update(deadline=timezone.now() - timedelta(minutes=1))
    return buyer


def expired(product: Product | None = None) -> Buyer:
    """Return a buyer whose order has expired."""
    buyer = overdue(product)
    assert expiring.expire(order_id=buyer.order_id)
    return buyer

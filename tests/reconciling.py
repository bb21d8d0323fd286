"""The hub's accounts in tests, beside what the pretended Stripe and the bank say."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from demo.stripe_double import acts
from shop.core.actors import SYSTEM, Actor
from shop.ledger import reconciling
from shop.ledger.models import AccountEntry
from shop.order.models import Order
from shop.payment import settling
from shop.payment.models import BankAccount, BankLine, Payment
from shop.payment.providers import provider
from tests.books import assert_balanced
from tests.factories import make_product
from tests.producer_accounts import log_in
from tests.shop import make_market, make_order, make_purchase
from tests.stripe import things
from tests.transfers import COD, KEY, VIETQR, make_account, make_waiting, post, told

HOA = Actor(name="Hoa")
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CARD = "shop.payment.providers.stripe.provider.StripeCard"
K = AccountEntry.Kind
PRICE = 300_000


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [COD, VIETQR, CARD]
    settings.BANK_WEBHOOK_API_KEY = KEY
    settings.BASE_URL = "https://cho.example"
    make_market()
    yield
    assert_balanced()


@pytest.fixture(autouse=True)
def account(market: None) -> BankAccount:
    return make_account()


def by_card(price: int = PRICE) -> Payment:
    """Return a payment that was made at Stripe and is booked."""
    order = make_order(make_product(price=price, stock=9), purchase=make_purchase(method="card"))
    payment = order.payments.get()
    card = provider("card")
    assert card is not None
    card.begin(Payment.objects.select_related("order").get(pk=payment.pk))
    acts.pay(things("checkout.session")[0]["id"], acts.GOOD)
    return settle(payment)


def settle(payment: Payment) -> Payment:
    return settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)


def by_transfer(**fields: Any) -> Order:
    order = make_waiting()
    tell(memo=order.number, amount=order.total_incl_tax, **fields)
    return order


def tell(**fields: Any) -> BankLine:
    """Let the bank tell of a line today; return it."""
    now = timezone.localtime().strftime("%Y-%m-%d %H:%M:%S")
    assert post(told(**{"transactionDate": now, **fields})).status_code == 200
    return BankLine.objects.latest("pk")


def entries(account: BankAccount | None) -> list[tuple[str, int]]:
    rows = AccountEntry.objects.filter(account=account).order_by("pk")
    return [(row.kind, int(row.amount)) for row in rows]


def month(account: BankAccount | None) -> tuple[list[reconciling.Day], list[reconciling.Unexplained]]:
    """Return the days of this and the next week, and what nobody explained."""
    first, last = timezone.localdate() - timedelta(days=20), timezone.localdate() + timedelta(days=20)
    return reconciling.days(account, first, last), reconciling.unexplained(account, first, last)


def agrees(account: BankAccount | None) -> bool:
    days, alone = month(account)
    return bool(days) and days[-1].difference == 0 and not alone


# --- the page -----------------------------------------------------------------------------------


def staff(*codenames: str) -> Client:
    user = get_user_model().objects.create_user("hoa@example.vn", "mat-khau-dai")
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *codenames]))
    return log_in(user)

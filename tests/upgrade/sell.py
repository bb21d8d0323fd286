"""Place an order by the shop's own pages and pay it by transfer: what an upgrade must not stop.

Run as a program by the code of a release on a database whose tables a newer release has made; the last
line it prints is what became of the orders. Kept in each release, and run by the next one's test.
"""

# ruff: noqa: E402 - Django is set up first
import json
from typing import Any

import django

django.setup()

from django.conf import settings
from django.test import Client
from django.test.utils import setup_test_environment

from shop.order.models import Order
from tests.factories import make_home, make_product
from tests.shop import fill_basket, make_market, place, walk_to_review
from tests.transfers import make_account, post, told


def buy(method: str, product: Any = None) -> Order:
    """Walk through the shop as a visitor, and place an order."""
    client: Any = Client(headers={"sec-fetch-site": "same-origin"})
    fill_basket(client, product or make_product(stock=5, price=100_000))
    answer = place(client, walk_to_review(client, method=method))
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return Order.objects.latest("id")


def sell() -> list[str]:
    """Return the states of an order paid in cash, and of one before and after the money came."""
    setup_test_environment()  # pages tell what they were made of
    settings.BANK_WEBHOOK_API_KEY = "khoa-cua-ngan-hang"
    make_home()
    make_market()
    make_account()
    cash, transfer = buy("cod"), buy("bank")
    before = transfer.status
    answer = post(told(memo=transfer.number, amount=transfer.total_incl_tax))
    assert answer.status_code == 200, answer.content
    transfer.refresh_from_db()
    return [cash.status, before, transfer.status]


if __name__ == "__main__":
    print(json.dumps(sell()))  # noqa: T201 - the answer

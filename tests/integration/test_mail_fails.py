"""The mail step breaks right after an order was committed: the buyer clicks again and has one order, and its mail."""

from typing import Any

import pytest
from django.test import Client
from post_office.models import Email

from shop.fulfilment import jobs
from shop.order import mails
from shop.order.models import Order
from shop.partner.models import StockRecord
from tests.factories import make_product
from tests.shop import fill_basket, make_market, place, walk_to_review

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("mail_queue")]
BUYER = "anh@example.vn"


def broken(*_args: Any) -> None:
    raise OSError("no room for mail")


@pytest.mark.parametrize("step", ["_enqueue", "_queue_all"])
def test_buyer_clicks_again_after_the_mail_step_failed(
    site_root: Any,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    step: str,
) -> None:
    make_market()
    fill_basket(client, make_product(stock=5))
    review = walk_to_review(client)
    with monkeypatch.context() as patched:
        patched.setattr(mails, step, broken)
        answers = [place(client, review) for _ in range(2)]
    order = Order.objects.get()
    assert [answer["Location"] for answer in answers] == [order.get_absolute_url()] * 2
    assert client.get(order.get_absolute_url()).status_code == 200
    assert StockRecord.objects.get().num_allocated == 1
    assert "no room for mail" in caplog.text
    assert not Email.objects.filter(to=BUYER).exists()
    jobs.queue_mails()
    jobs.queue_mails()
    assert Email.objects.filter(to=BUYER).count() == 1

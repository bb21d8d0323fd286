"""`manage.py stripe_double`: what it switches, by an order's code, and that real shoppers never meet it."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from demo.stripe_double import acts, notifications
from demo.stripe_double.storage import open_storage
from shop.order.models import Order
from shop.payment import attempts
from tests.factories import make_product
from tests.shop import make_market, make_order, make_purchase
from tests.stripe import double, things

__all__ = ["double"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("double")]


@pytest.fixture(autouse=True)
def developers_shop(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Be one; return the addresses that would be told."""
    settings.DEMO_ALLOWED = settings.STRIPE_DOUBLE = True
    settings.BASE_URL = "https://cho.example"
    told: list[str] = []

    class Nothing:
        def join(self) -> None:
            """Do nothing."""

    def deliver_soon(address: str) -> Nothing:
        told.append(address)
        return Nothing()

    monkeypatch.setattr(notifications, "deliver_soon", deliver_soon)
    return told


@pytest.fixture
def order() -> Order:
    """Return an order that its buyer has paid at the double."""
    make_market()
    order = make_order(make_product(price=250_000, stock=5), purchase=make_purchase(method="card"))
    attempts.begin(order)
    acts.pay(things("checkout.session")[0]["id"], acts.GOOD)
    return order


def switch(*words: str, **options: Any) -> None:
    call_command("stripe_double", *words, **options, verbosity=0)


@pytest.mark.parametrize(
    ("words", "state"),
    [(["hang", "3"], ("hang", 3)), (["hang"], ("hang", 60)), (["outage"], ("outage", 60))],
)
def test_network(words: list[str], state: tuple[str, float]) -> None:
    switch(*words)
    with open_storage() as storage:
        assert storage.network() == state
    switch("up")
    with open_storage() as storage:
        assert storage.network()[0] == "up"


def test_lost_answer_of_the_next_call() -> None:
    switch("lose")
    with open_storage() as storage:
        assert storage.fault("POST /v1/refunds") == "lose"


@pytest.mark.parametrize(
    ("name", "kind", "status"),
    [
        ("dispute", "dispute", "needs_response"),
        ("inquiry", "dispute", "warning_needs_response"),
        ("fraud-warning", "radar.early_fraud_warning", None),
        ("refund", "refund", "succeeded"),
    ],
)
def test_events_of_an_order(
    order: Order, developers_shop: list[str], name: str, kind: str, status: str | None
) -> None:
    switch(name, order.number)
    [made] = things(kind)
    assert (made["payment_intent"], made.get("status")) == (things("payment_intent")[0]["id"], status)
    assert developers_shop == ["https://cho.example/payments/stripe/webhook/"]


def test_part_of_a_dispute_and_its_end(order: Order) -> None:
    switch("dispute", order.number, amount=1000)
    assert things("dispute")[0]["amount"] == 1000
    switch("dispute-won", order.number)
    assert things("dispute")[0]["status"] == "won"
    switch("dispute-lost", order.number)
    assert things("dispute")[0]["status"] == "lost"


def test_second_session(order: Order) -> None:
    switch("second-session", order.number)
    assert len(things("payment_intent")) == 2


@pytest.mark.parametrize("words", [["dispute", "KHONGCO1"], ["hang", "lau"]])
def test_nonsense_is_refused(words: list[str]) -> None:
    with pytest.raises(CommandError):
        switch(*words)


def test_dispute_that_nobody_made_is_not_won(order: Order) -> None:
    with pytest.raises(CommandError, match="Nobody disputes"):
        switch("dispute-won", order.number)


def test_only_in_a_developers_shop(settings: Settings) -> None:
    settings.DEMO_ALLOWED = False
    with pytest.raises(CommandError, match="development only"):
        switch("outage")

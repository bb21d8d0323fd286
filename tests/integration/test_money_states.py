"""Payments, refunds and payouts move only as their tables say; every verb is tried from every state."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import models, transaction
from pytest_django.fixtures import Settings

from shop.core.actors import SYSTEM, Actor
from shop.core.states import TransitionError
from shop.ledger import payouts, posting
from shop.ledger.models import Payout
from shop.payment import closing, review, settling
from shop.payment.models import Payment, Refund
from shop.payment.providers.base import Incoming, Outgoing, PaymentReport, RefundAnswer
from shop.payment.refunds import cancelling, refunding
from tests.factories import make_partner, make_product
from tests.prepaid import COD, PATH, Prepaid
from tests.shop import make_market, make_order, make_purchase

pytestmark = pytest.mark.django_db
STAFF = Actor(name="Hoa")
DOCUMENT = Path(__file__).parents[2] / "docs" / "payments.md"
ROW = re.compile(r"\| \*[^*]+\* \((\w+)\) \| [^|]+ \| ([^|]+) \|")
ARROWS: dict[type[Any], str] = {Payment: "payment", Refund: "refund", Payout: "payout"}


@pytest.fixture(autouse=True)
def market(settings: Settings) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [COD, PATH]
    Prepaid.forget()
    make_market()
    yield
    Prepaid.forget()


def arrows(model: type[Any]) -> set[tuple[str, str]]:
    """Return what the table allows."""
    return {(str(state), str(after)) for state, found in model.TRANSITIONS.items() for after in found}


@pytest.mark.parametrize("model", ARROWS)
def test_table_names_every_state(model: type[Any]) -> None:
    assert set(model.TRANSITIONS) == set(model.State)


@pytest.mark.parametrize(("model", "name"), ARROWS.items())
def test_document_shows_the_table(model: type[Any], name: str) -> None:
    table = DOCUMENT.read_text().partition(f"| {name} | means |")[2].partition("\n\n")[0]
    shown = {state: set() if words == "–" else set(words.split(", ")) for state, words in ROW.findall(table)}
    assert shown == {
        str(state): {str(after) for after in found} for state, found in model.TRANSITIONS.items()
    }


def moved(model: type[models.Model], pk: Any, verb: Callable[[], object]) -> str:
    """Do it in a transaction that is undone, and return the state that it leads to; the old one if it refuses."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                verb()
        except (TransitionError, review.CannotAccept, cancelling.TooLate, refunding.Closed, payouts.NotOpen):
            pass
        state: str = model._default_manager.values_list("state", flat=True).get(pk=pk)
        transaction.set_rollback(True)
    return state


def waiting_payment() -> Payment:
    return make_order(make_product(stock=5), purchase=make_purchase(method="prepaid")).payments.get()


def settle(payment: Payment, **facts: Any) -> None:
    settling.settle(payment_id=payment.pk, report=PaymentReport(**facts), by=SYSTEM)


def close(payment: Payment, state: Payment.State) -> None:
    closing.close(Payment.objects.get(pk=payment.pk), state=state, by=SYSTEM)


def test_payments_move_as_the_table_says() -> None:
    payment = waiting_payment()
    money = (Incoming("card", "tx-1", payment.amount),)
    verbs: list[Callable[[], object]] = [
        lambda: settle(payment, incoming=money),
        lambda: settle(payment, failed=True),
        lambda: settle(payment, doubt="Thẻ khác"),
        lambda: close(payment, Payment.State.EXPIRED),
        lambda: close(payment, Payment.State.CANCELLED),
        lambda: review.accept(payment_id=payment.pk, by=STAFF),
    ]
    found = set()
    for state in Payment.State:
        Payment.objects.update(state=state)
        found |= {(state.value, moved(Payment, payment.pk, verb)) for verb in verbs}
    uncollected = {("paid", "pending")}  # cash alone: tests/integration/test_undeliver.py
    assert {(old, new) for old, new in found if old != new} == arrows(Payment) - uncollected


def test_refunds_move_as_the_table_says() -> None:
    payment = waiting_payment()
    settle(payment, incoming=(Incoming("card", "tx-1", payment.amount),))
    refund = Refund.objects.create(
        payment=payment, key="k", amount=1_000, way=Refund.Way.BANK, reference="r", done_at=payment.created_at
    )

    def failed_at_the_provider() -> None:
        settle(payment, outgoing=(Outgoing("r", Decimal(1_000), "k", done=False, failed=True),))

    def finish(**answer: Any) -> None:
        refunding.finish(refund_id=refund.pk, answer=RefundAnswer(reference="x", **answer), by=STAFF)

    verbs: list[Callable[[], object]] = [
        lambda: finish(done=True),
        lambda: finish(failed=True),
        failed_at_the_provider,
        lambda: cancelling.cancel(refund_id=refund.pk, by=STAFF, reason="nhầm"),
    ]
    found = set()
    for state in Refund.State:
        Refund.objects.update(state=state)
        found |= {(state.value, moved(Refund, refund.pk, verb)) for verb in verbs}
    assert {(old, new) for old, new in found if old != new} == arrows(Refund)


def test_payouts_move_as_the_table_says(payout: Payout) -> None:
    found = {"open": moved(Payout, payout.pk, lambda: pay(payout))}
    pay(payout)
    found["paid"] = moved(Payout, payout.pk, lambda: pay(payout))
    assert {(old, new) for old, new in found.items() if old != new} == arrows(Payout)
    with pytest.raises(payouts.NotOpen):
        payouts.discard(payout_id=payout.pk, by=STAFF)
    with pytest.raises(TransitionError):
        Payout.objects.get(pk=payout.pk).move_to(Payout.State.OPEN)


@pytest.fixture
def payout() -> Payout:
    bank = {"bank_bin": "970436", "bank_account": "0011001234567", "bank_holder": "HTX GOM"}
    partner = make_partner(**bank)
    posting.adjust(partner=partner, amount=Decimal(50_000), reason="thử", key="k", by=STAFF)
    return payouts.run(by=STAFF).made[0]


def pay(payout: Payout) -> None:
    payouts.pay(payout_id=payout.pk, reference="FT1", by=STAFF)

"""Races between real processes, run as `python -m tests.concurrency.order_races`; prints what came of each.

One parent makes tables and goods, then forks the runners: each opens its own connection, waits for
the others at a barrier, and acts. The parent never acts itself.
"""

# ruff: noqa: E402 - Django must be set up before its models are imported
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.concurrency.order_settings")

import django

django.setup()

from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from oscar.apps.partner.abstract_models import AbstractStockRecord
from oscar.core.loading import get_model
from post_office.models import Email

from shop.checkout import placing
from shop.checkout.order_creator import OfferUsedUp
from shop.checkout.purchase import Purchase
from shop.checkout.quote import quote
from shop.core.actors import SYSTEM
from shop.fulfilment import jobs, parcels
from shop.fulfilment.addresses import Recipient, correct_address
from shop.order import producer_mails
from shop.order.models import Order, OrderLog, OrderMail, ProducerMail
from shop.partner import stock
from shop.partner.models import StockRecord
from shop.timer import jobs as timer
from tests.concurrency.together import together
from tests.factories import make_home, make_product
from tests.shop import make_basket, make_market, make_order, make_purchase


def place(job: tuple[int, dict[str, Any], Any]) -> str:
    """Order one basket."""
    basket_id, shown, purchase = job
    try:
        order = placing.place(
            basket_id=basket_id, purchase=Purchase.from_dict(purchase), shown=shown, user=AnonymousUser()
        )
    except stock.OutOfStock as short:
        return f"out of stock, left {short.left}"
    except (placing.QuoteChanged, OfferUsedUp):
        return "the offer is gone"
    return order.number


def prepared(basket: Any) -> tuple[int, dict[str, Any], Any]:
    purchase = make_purchase()
    return basket.pk, quote(basket, purchase).shown(), purchase.to_dict()


def twenty_for_three() -> dict[str, Any]:
    """Twenty buyers, three units."""
    product = make_product(stock=3)
    jobs = [prepared(make_basket(product)) for _ in range(20)]
    answers = together(place, jobs)
    record = StockRecord.objects.get(product=product)
    baskets = get_model("basket", "Basket").objects.filter(pk__in=[job[0] for job in jobs])
    return {
        "answers": answers,
        "orders": Order.objects.filter(lines__product=product).count(),
        "allocated": record.num_allocated,
        "open": sum(basket.status == "Open" and basket.lines.count() == 1 for basket in baskets),
    }


def twenty_for_three_without_the_condition() -> dict[str, Any]:
    """The control: Oscar's own allocation, and no constraint in the database to stop it."""
    guard = next(c for c in StockRecord._meta.constraints if c.name == "stock_never_oversold")
    StockRecord._meta.constraints.remove(guard)  # SQLite makes the table anew from these
    with connection.schema_editor() as editor:
        editor.remove_constraint(StockRecord, guard)
    conditional = stock.allocate

    def oscars(quantities: dict[int, int]) -> None:
        for pk, quantity in quantities.items():
            AbstractStockRecord.allocate(StockRecord.objects.get(pk=pk), quantity)

    stock.allocate = oscars  # the runners are forked from here
    try:
        return twenty_for_three()
    finally:
        stock.allocate = conditional


def eight_clicks() -> dict[str, Any]:
    """One basket, eight clicks."""
    product = make_product(stock=9)
    job = prepared(make_basket(product))
    answers = together(place, [job] * 8)
    record = StockRecord.objects.get(product=product)
    return {
        "answers": len(set(answers)),
        "orders": Order.objects.filter(basket=job[0]).count(),
        "allocated": record.num_allocated,
    }


def eight_for_three_uses() -> dict[str, Any]:
    """An offer good for three uses, eight buyers."""
    offer = _offer()
    jobs = [prepared(make_basket(make_product())) for _ in range(8)]
    answers = together(place, jobs)
    offer.refresh_from_db()
    offer.delete()
    discounts = get_model("order", "OrderDiscount").objects.filter(offer_id__isnull=False)
    return {
        "told": answers.count("the offer is gone"),
        "counted": offer.num_applications,
        "discounted": discounts.count(),
    }


def eight_for_one_voucher() -> dict[str, Any]:
    """A code good for one order, eight buyers who have all seen its price."""
    voucher = _voucher("MOTLAN")
    jobs = [prepared(_with(voucher, make_basket(make_product()))) for _ in range(8)]
    answers = together(place, jobs)
    voucher.refresh_from_db()
    return {
        "told": answers.count("the offer is gone"),
        "counted": voucher.num_orders,
        "used": voucher.applications.count(),
        "discounted": get_model("order", "OrderDiscount").objects.filter(voucher_id=voucher.pk).count(),
    }


def _voucher(code: str) -> Any:
    every = get_model("offer", "Range").objects.create(name=code, includes_all_products=True)
    condition = get_model("offer", "Condition").objects.create(range=every, type="Count", value=1)
    benefit = get_model("offer", "Benefit").objects.create(range=every, type="Percentage", value=10)
    offer = get_model("offer", "ConditionalOffer").objects.create(
        name=code, offer_type="Voucher", condition=condition, benefit=benefit
    )
    now = timezone.now()
    voucher = get_model("voucher", "Voucher").objects.create(
        name=code, code=code, usage="Single use", start_datetime=now, end_datetime=now + timedelta(days=1)
    )
    voucher.offers.add(offer)
    return voucher


def _with(voucher: Any, basket: Any) -> Any:
    basket.vouchers.add(voucher)
    basket.reset_offer_applications()
    placing.apply_offers(basket, AnonymousUser())
    return basket


def _offer() -> Any:
    every = get_model("offer", "Range").objects.create(name="tất cả", includes_all_products=True)
    condition = get_model("offer", "Condition").objects.create(range=every, type="Count", value=1)
    benefit = get_model("offer", "Benefit").objects.create(range=every, type="Percentage", value=10)
    return get_model("offer", "ConditionalOffer").objects.create(
        name="Tết", condition=condition, benefit=benefit, max_global_applications=3, max_basket_applications=1
    )


def six_cancel() -> dict[str, Any]:
    """Buyer, staff and timer call one order off at the same moment."""
    product = make_product(stock=5)
    order = make_order(product, quantity=2)

    def cancel(_number: int) -> str:
        return parcels.cancel_all(order_id=order.pk, by=SYSTEM).status

    answers = together(cancel, list(range(6)))
    record = StockRecord.objects.get(product=product)
    return {
        "answers": answers,
        "allocated": record.num_allocated,
        "log": OrderLog.objects.filter(order=order, verb="cancel", parcel=None).count(),
        "mails": OrderMail.objects.filter(order=order, kind="cancelled").count(),
    }


def cancel_against_pack() -> dict[str, Any]:
    """The buyer cancels while the producer packs: one of the two wins, whole."""
    product = make_product(stock=5)
    order = make_order(product, quantity=2)
    parcel = order.parcels.get()
    parcels.accept(parcel_id=parcel.pk, by=SYSTEM)

    def act(verb: str) -> str:
        try:
            if verb == "pack":
                parcels.pack(parcel_id=parcel.pk, by=SYSTEM)
            else:
                parcels.cancel_all(order_id=order.pk, by=SYSTEM)
        except parcels.InvalidTransition:
            return "too late"
        return "done"

    answers = together(act, ["pack", "cancel"])
    parcel.refresh_from_db()
    order.refresh_from_db()
    return {
        "answers": answers,
        "end": [order.status, parcel.status, StockRecord.objects.get(product=product).num_allocated],
    }


def correct_against_pack() -> dict[str, Any]:
    """Staff correct the address while the producer packs: what is packed bears the address that holds."""
    order = make_order(make_product(stock=5))
    parcel = order.parcels.get()
    parcels.accept(parcel_id=parcel.pk, by=SYSTEM)

    def act(verb: str) -> str:
        try:
            if verb == "pack":
                parcels.pack(parcel_id=parcel.pk, by=SYSTEM)
                return "packed"
            there = {"province": "24", "commune": "09292", "street": verb}
            recipient = Recipient(name="Trần Văn Bé", phone="+84987654321", **there)
            correct_address(order_id=order.pk, recipient=recipient, by=SYSTEM)
        except parcels.InvalidTransition:
            return "too late"
        return "corrected"

    answers = together(act, ["Xóm Một", "Xóm Hai", "Xóm Ba", "pack"])
    steps = list(OrderLog.objects.filter(order=order).values_list("verb", flat=True))
    mails = OrderMail.objects.filter(order=order, kind="address").count()
    return {
        "packed": answers.count("packed"),
        "after": "address" in steps[steps.index("pack") :],
        "told": mails == answers.count("corrected"),
    }


def four_timers() -> dict[str, Any]:
    """Four timers at once: each mail to buyer and producer is queued once and sent once."""
    OrderMail.objects.all().delete()
    ProducerMail.objects.all().delete()
    Email.objects.all().delete()
    for _ in range(3):
        make_order(make_product())
    Email.objects.all().delete()
    OrderMail.objects.update(queued_at=None)
    ProducerMail.objects.update(queued_at=None)

    def tick(_number: int) -> str:
        jobs.queue_mails()
        producer_mails.queue_due()
        timer.send_mail()
        return "done"

    answers = together(tick, list(range(4)))
    timer.send_mail()
    sent = "".join(path.read_text() for path in Path(os.environ["RACE_FOLDER"]).glob("*.log"))
    return {"answers": answers, "queued": Email.objects.count(), "sent": sent.count("\nSubject: ")}


RACES = [
    twenty_for_three,
    eight_clicks,
    eight_for_three_uses,
    eight_for_one_voucher,
    six_cancel,
    cancel_against_pack,
    correct_against_pack,
    four_timers,
    twenty_for_three_without_the_condition,
]


def main() -> None:
    """Make the shop and run every race."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    make_home()
    make_market()
    print(json.dumps({race.__name__: race() for race in RACES}))  # noqa: T201 - what the test reads


if __name__ == "__main__":
    main()

"""What the demo's shopper has beside orders: a voucher to try, and an address book."""

from dataclasses import asdict
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from oscar.core.loading import get_model

from demo.trade.buying import FRIEND, SHOPPER
from shop.address import book

VOUCHER = "MINHHOA10"
PERCENT = 10
OPEN_FOR = timedelta(days=365)
LONGEST_AGO = timedelta(days=60)


@transaction.atomic
def load_voucher() -> int:
    """Make the voucher where the demo is allowed and there is none of its code; return how many were made."""
    Voucher = get_model("voucher", "Voucher")
    if not settings.DEMO_ALLOWED or Voucher.objects.filter(code=VOUCHER).exists():
        return 0
    name = f"Giảm {PERCENT} phần trăm (minh hoạ)"
    everything = get_model("offer", "Range").objects.create(name=name, includes_all_products=True)
    benefit = get_model("offer", "Benefit").objects.create(range=everything, type="Percentage", value=PERCENT)
    condition = get_model("offer", "Condition").objects.create(range=everything, type="Count", value=1)
    offer = get_model("offer", "ConditionalOffer").objects.create(
        name=name, offer_type="Voucher", benefit=benefit, condition=condition
    )
    now = timezone.now()
    voucher = Voucher.objects.create(
        name=name,
        code=VOUCHER,
        usage=Voucher.MULTI_USE,
        start_datetime=now - LONGEST_AGO,
        end_datetime=now + OPEN_FOR,
    )
    voucher.offers.add(offer)
    return 1


def load_address_book() -> int:
    """Fill the shopper's address book where it is empty; return how many addresses that made."""
    user = get_user_model().objects.get(email=SHOPPER.email)
    if book.own(user):
        return 0
    for buyer in (SHOPPER, FRIEND):
        book.write(user=user, place={**asdict(buyer), "old_address": ""})
    return book.own(user).count()

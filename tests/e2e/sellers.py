"""Producers with clean books for the browser tests' shop: each has a person, a product, a bank account."""

import json
import sys
from decimal import Decimal

from django.contrib.auth import get_user_model
from wagtail.users.models import UserProfile

from catalogue.access.permissions import grant_producer
from tests.factories import make_partner, make_producer, make_product
from tests.producer_accounts import make_user

PRICE, COMMISSION_PERCENT = 200_000, 10
BANK = {"bank_bin": "970436", "bank_account": "0011001234567", "bank_holder": "HTX THU"}
HUB = "san@example.vn"  # whose rights the hub's person in English has, too


def make(*languages: str) -> None:
    """Make a producer for each language, and a person of the hub who reads English; print what they have as JSON."""
    hub = make_user("hub@example.vn")
    hub.groups.set(get_user_model().objects.get(email=HUB).groups.all())
    UserProfile.objects.update_or_create(user=hub, defaults={"preferred_language": "en"})
    sys.stdout.write(json.dumps([_one(number, language) for number, language in enumerate(languages)]))


def _one(number: int, language: str) -> dict[str, str | int]:
    name = f"Tổ hợp thử tiền mặt {number}"
    partner = make_partner(name=name, commission_percent=Decimal(COMMISSION_PERCENT), **BANK)
    producer = make_producer(partner=partner, title=name)
    product = make_product(title=f"Gói quà thử {number}", producer=producer, price=PRICE, stock=20)
    user = make_user(f"maker-{number}@example.vn")
    grant_producer(partner=partner, users=[user])
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": language})
    return {
        "key": partner.pk,
        "name": name,
        "email": user.email,
        "language": language,
        "product": product.pages.get().get_url(),
    }

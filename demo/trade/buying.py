"""Baskets and orders of invented buyers, by the same steps as in the checkout."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from oscar.core.loading import get_class, get_model

from catalogue.access.users import RequestUser
from shop.checkout import placing
from shop.checkout.purchase import Purchase
from shop.checkout.quote import quote
from shop.order.models import Order
from shop.partner import stock
from shop.partner.models import StockRecord


@dataclass(frozen=True)
class Buyer:
    """Who buys and where it goes; the phone begins with a prefix that Vietnam has not allocated."""

    name: str
    phone: str
    email: str
    province: str
    commune: str
    commune_name: str
    street: str


SHOPPER = Buyer(
    "Khách (minh hoạ)", "+84740000101", "khach@example.vn", "24", "09292", "", "Số 1, ngõ minh hoạ"
)
FRIEND = Buyer(
    "Bạn của khách (minh hoạ)",
    "+84740000102",
    "ban@example.vn",
    "01",
    "",
    "Phường Minh Hoạ",
    "Số 2, phố minh hoạ",
)
GUESTS = (
    Buyer("Nguyễn Thị Ánh (minh hoạ)", "+84740000201", "anh@example.vn", "24", "09292", "", "Thôn minh hoạ"),
    Buyer("Trần Văn Bình (minh hoạ)", "+84740000202", "binh@example.vn", "01", "", "Phường Minh Hoạ", "Số 3"),
    Buyer("Emma (illustrative)", "+84740000203", "emma@example.vn", "79", "", "Phường Minh Hoạ", "Số 4"),
)


def note_of(number: int) -> str:
    """Return what an order of the demo carries for the courier: that it is one, and which."""
    return f"Đơn minh hoạ số {number}"


def order(
    *, number: int, buyer: Buyer, goods: tuple[str, ...], method: str, voucher: str = "", gift: str = ""
) -> Order | None:
    """Place an order as the checkout does; None where editors have made it impossible meanwhile.

    Args:
        number: which of the demo's orders.
        buyer: who buys; the shopper is signed in.
        goods: the producers' own numbers of what is bought, one of each.
        method: the code of the way to pay.
        voucher: a code that is used.
        gift: words that go with it.
    """
    user = get_user_model().objects.filter(email=buyer.email).first() or AnonymousUser()
    basket = _basket(user, goods)
    if voucher:
        basket.vouchers.add(get_model("voucher", "Voucher").objects.get(code=voucher))
    placing.apply_offers(basket, user)
    purchase = _purchase(buyer, method=method, note=note_of(number), gift_message=gift)
    try:
        shown = quote(basket, purchase).shown()
        return placing.place(basket_id=basket.pk, purchase=purchase, shown=shown, user=user, adult=True)
    except (placing.BasketGone, placing.QuoteChanged, stock.OutOfStock):
        return None


def _basket(user: RequestUser, goods: tuple[str, ...]) -> Any:
    owner = user if user.is_authenticated else None
    basket = get_model("basket", "Basket").objects.create(owner=owner)
    basket.strategy = get_class("partner.strategy", "Selector")().strategy(user=user)
    for record in StockRecord.objects.filter(partner_sku__in=goods).select_related("product"):
        basket.add_product(record.product, 1)
    return basket


def _purchase(buyer: Buyer, **more: Any) -> Purchase:
    return Purchase(
        name=buyer.name,
        phone=buyer.phone,
        email=buyer.email,
        province=buyer.province,
        commune=buyer.commune,
        commune_name=buyer.commune_name,
        street=buyer.street,
        **more,
    )

"""A code from the buyer's mailbox, for an order beyond the budget (shop.payment.unpaid).

One code places one order: another one has another basket.
"""

from django.conf import settings

from shop.checkout.purchase import Purchase
from shop.order import mails
from shop.users.budgets import Budget
from shop.users.mail_budget import may_mail
from shop.users.mail_codes import DIGITS, TOO_MANY, VALID_S, CodeFor

GUESSES = Budget("order-code", 10)


def send(*, basket_id: int, purchase: Purchase, language: str) -> None:
    """Mail the code, out of the recipient's budget of mails; nothing happens beyond it."""
    if not may_mail(purchase.email, "order code"):
        return
    context = {
        "code": _of(basket_id, purchase).code(),
        "name": purchase.name,
        "minutes": VALID_S // 60,
        "shop_name": settings.OSCAR_SHOP_NAME,
        "language": language,
    }
    mails.put("order_code", context, address=purchase.email, language=language)


def is_right(code: str, *, basket_id: int, purchase: Purchase) -> bool:
    """Return whether it is the code of this basket and address; counted, so that nobody tries all."""
    return _of(basket_id, purchase).is_right(code)


def is_over(*, basket_id: int, purchase: Purchase) -> bool:
    """Return whether no code of this basket is looked at for a while."""
    return _of(basket_id, purchase).is_over()


def _of(basket_id: int, purchase: Purchase) -> CodeFor:
    return CodeFor(GUESSES, str(basket_id), purchase.email)


__all__ = ["DIGITS", "TOO_MANY", "is_over", "is_right", "send"]

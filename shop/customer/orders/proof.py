"""Who may say where a refund goes: the link alone does not, it may have been passed on.

A code from the order's mailbox, or, where staff entered an order without one, the end of its telephone.
"""

from django.conf import settings
from django.utils.crypto import constant_time_compare

from shop.order import mails
from shop.order.models import Order
from shop.order.models.address import PHONE_END
from shop.users.budgets import Budget, forget, spend
from shop.users.mail_budget import may_mail
from shop.users.mail_codes import VALID_S, CodeFor

CODE_GUESSES = Budget("refund-code", 10)  # of one order
PHONE_GUESSES = Budget("refund-phone", 5)  # of one order, at its page and at the look-up together


def asks_phone(order: Order) -> bool:
    """Return whether the end of the telephone is asked for, as there is no mailbox."""
    return not order.email


def send(order: Order) -> bool:
    """Mail the code, out of the recipient's budget of mails; say whether it was still within it."""
    if not may_mail(order.email, "refund code"):
        return False
    address = order.shipping_address
    context = {
        "code": _code(order).code(),
        "name": address.first_name if address else "",
        "number": order.number,
        "minutes": VALID_S // 60,
        "shop_name": settings.OSCAR_SHOP_NAME,
        "language": order.language,
    }
    mails.put("refund_code", context, address=order.email, language=order.language)
    return True


def is_right(order: Order, typed: str) -> bool:
    """Return whether it is what was asked for; counted, so that nobody tries all."""
    return _is_end_of_phone(order, typed) if asks_phone(order) else _code(order).is_right(typed)


def is_over(order: Order) -> bool:
    """Return whether no code of the order's is looked at for a while."""
    return _code(order).is_over()


def may_guess_phone(order: Order) -> bool:
    """Count one try at the telephone number that proves whose order it is, whatever the page."""
    return not asks_phone(order) or spend(PHONE_GUESSES, str(order.pk))


def knows_phone(order: Order) -> None:
    """Start counting anew: whoever knows the number guesses no more."""
    forget(PHONE_GUESSES, str(order.pk))


def _is_end_of_phone(order: Order, typed: str) -> bool:
    address = order.shipping_address
    if address is None or not address.phone_number or not may_guess_phone(order):
        return False
    if not constant_time_compare(typed.strip(), str(address.phone_number)[-PHONE_END:]):
        return False
    knows_phone(order)
    return True


def _code(order: Order) -> CodeFor:
    return CodeFor(CODE_GUESSES, str(order.pk), order.email)

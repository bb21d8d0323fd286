"""Within what time a buyer says that goods are wrong: the one source of page, review, mail, order and policy.

By class of product: what is fresh or chilled changes within a day, so its buyer looks at once.
"""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.models import Product


def is_short(product: Product) -> bool:
    """Return whether a product or variant is of the class that is looked at on the day it comes."""
    main = product.main
    return main.perishable or main.cold_chain or main.storage_class == Product.StorageClass.CHILLED


def in_words(*, short: bool) -> str:
    """Return "24 giờ" or "7 ngày", in the reader's language."""
    if short:
        hours = settings.CLAIM_FRESH_WITHIN_H
        return ngettext("%(count)d giờ", "%(count)d giờ", hours) % {"count": hours}
    days = settings.RETURN_WINDOW_DAYS
    return ngettext("%(count)d ngày", "%(count)d ngày", days) % {"count": days}


def rule(products: Iterable[Product]) -> str:
    """Return the sentence for these goods: one period where all are of one class, else both."""
    classes = {is_short(product) for product in products}
    periods = {"fresh": in_words(short=True), "others": in_words(short=False)}
    if classes == {True, False}:
        words = _(
            "Hàng sai, hỏng, thiếu: báo trong %(fresh)s từ lúc nhận với hàng tươi, hàng lạnh, trong %(others)s "
            "với hàng khác, kèm ảnh nếu có; chúng tôi đổi hoặc trả lại tiền."
        )
        return words % periods
    words = _(
        "Hàng sai, hỏng, thiếu: báo trong %(period)s từ lúc nhận, kèm ảnh nếu có; chúng tôi đổi hoặc trả lại tiền."
    )
    return words % {"period": in_words(short=classes == {True})}

"""What staff read about how the buyer gets to know: by mail, or from them by telephone."""

from django.utils.translation import gettext as _

from shop.order.models import Order


def with_news(done: str, order: Order) -> str:
    """Return a sentence about what was done and one about who tells the buyer.

    Args:
        done: what was done, as a sentence in the reader's language.
        order: whose buyer; who ordered by telephone may have no e-mail address.
    """
    by_mail, by_telephone = _("Người mua được báo qua thư."), _("Người mua không có email: hãy gọi điện báo.")
    return f"{done} {by_mail if order.email else by_telephone}"

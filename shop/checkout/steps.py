"""What the checkout's templates are given."""

from typing import Any

from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext as _
from oscar.apps.basket.abstract_models import AbstractLine

from catalogue.languages import reading_language
from catalogue.listing.cards import Card, cards
from shop.checkout.quote import ParcelQuote, Quote
from shop.payment.providers import offered
from shop.payment.providers.base import Bill
from shop.shipping.tariff import PICKUP_POINT, ShippingOption

NAMES = ("shipping-address", "shipping-method", "preview")
Row = dict[str, Any]


def steps(current: str) -> list[Row]:
    """Return the three steps for components/steps.html."""
    titles = (_("Địa chỉ"), _("Giao hàng và thanh toán"), _("Xem lại"))
    here = NAMES.index(current)
    return [
        {
            "title": title,
            "url": reverse(f"checkout:{name}"),
            "state": "done" if place < here else "current" if place == here else "",
        }
        for place, (name, title) in enumerate(zip(NAMES, titles, strict=True))
    ]


def summary(quote: Quote) -> Row:
    """Return the order beside the forms, for components/order_summary.html."""
    return {"parcels": parcels(quote), "rows": rows(quote), "total": quote.total, "count": len(quote.parcels)}


def parcels(quote: Quote) -> list[Row]:
    """Return the parcels with their lines and pictures, which cost one query in all."""
    mains = list(
        dict.fromkeys(line.product.main.pk for parcel in quote.parcels for line in parcel.goods.lines)
    )
    found = cards(language=reading_language(), product_ids=mains, limit=len(mains))
    known = {card.product_id: card for card in found}
    return [
        {
            "number": parcel.number,
            "key": parcel.key,
            "producer_name": parcel.goods.partner.local_name,
            "partner": parcel.goods.partner,
            "way": parcel.way,
            "refused": parcel.options.refused,
            "shipping": parcel.shipping,
            "lines": [_line(line, known.get(line.product.main.pk)) for line in parcel.goods.lines],
        }
        for parcel in quote.parcels
    ]


def rows(quote: Quote) -> list[Row]:
    """Return the rows of the sum: goods, discount, shipping, fee."""
    found = [{"label": _("Tiền hàng"), "amount": quote.goods_before_discounts}]
    if quote.discount:
        found.append({"label": _("Ưu đãi"), "amount": -quote.discount})
    if quote.purchase.has_recipient:  # before that nobody knows where to
        found.append({"label": _("Giao hàng"), "amount": quote.shipping})
    if quote.surcharge:
        found.append({"label": _("Phí thu hộ"), "amount": quote.surcharge})
    return found


def methods(bill: Bill, chosen: str) -> list[Row]:
    """Return the ways to pay as options of components/choice.html.

    One that cannot pay this bill stays on the list and says why: another way of delivery, chosen in
    the same form, may change that. Without a choice the first that can is ticked.
    """
    found = [(method, method.refusal(bill)) for method in offered().values()]
    fits = [method.code for method, refusal in found if not refusal]
    ticked = chosen or next(iter(fits), "")
    return [
        {
            "value": method.code,
            "label": method.name(),
            "sub": refusal or method.explanation(),
            "icon": method.icon,
            "checked": method.code == ticked,
        }
        for method, refusal in found
    ]


def ways(parcel: ParcelQuote, form: Form | None, *, fetched: bool) -> Row:
    """Return one parcel's ways for shop/checkout/ways.html, sales points apart from the near ones.

    Args:
        parcel: with its options.
        form: the posted form, whose choice and error are shown.
        fetched: the buyer comes for it: why it cannot be delivered is then no news.
    """
    name = f"way-{parcel.key}"
    chosen = form.data.get(name) if form else (parcel.way.code if parcel.way else None)
    near = [way for way in parcel.options.available if way.kind != PICKUP_POINT]
    points = [way for way in parcel.options.available if way.kind == PICKUP_POINT]
    return {
        "name": name,
        "number": parcel.number,
        "producer": parcel.goods.partner,
        "near": [_way(way, chosen) for way in near],
        "points": [_way(way, chosen) for way in points],
        "points_open": not near or any(way.code == chosen for way in points),
        "refused": [] if fetched else parcel.options.refused,
        "error": form.errors[name][0] if form and name in form.errors else "",
    }


def _way(way: ShippingOption, chosen: str | None) -> Row:
    return {
        "value": way.code,
        "label": way.name,
        "price": way.price,
        "sub": ", ".join(part for part in (way.days_text, way.note) if part),
        "checked": way.code == chosen,
    }


def _line(line: AbstractLine, card: Card | None) -> Row:
    return {
        "title": line.product.local_title,
        "url": card.url if card else "",
        "picture": card.picture if card else None,
        "quantity": line.quantity,
        "unit_price": line.unit_price_incl_tax,
        "total": line.line_price_incl_tax_incl_discounts,
        "before": line.line_price_incl_tax,
    }

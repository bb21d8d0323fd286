"""The basket as its page shows it: parcels, lines, an estimate of the way, the sum."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from oscar.apps.basket.abstract_models import AbstractBasket, AbstractLine

from catalogue.formats import weight
from catalogue.languages import local, reading_language
from catalogue.listing.cards import Card, cards
from shop.basket.actions import MAX_QUANTITY
from shop.basket.forms import DestinationForm, LinesForm, VoucherForm, field_name
from shop.basket.line_notes import can_be_ordered, notes
from shop.core.http import ShopRequest
from shop.shipping.parcels import BasketParcel, parcels
from shop.shipping.tariff import Destination, ParcelOptions, Tariff, shipping_discount

PROVINCE_COOKIE = "cho_province"  # where the buyer last looked at fees for; no row for a mere look
SUGGESTIONS = 4


@dataclass(frozen=True)
class LineView:
    """One line with its controls; `quantity` is as typed when there is an error beside it."""

    pk: int
    name: str
    title: str
    lang: str
    options: str
    url: str
    picture: Any
    quantity: Any
    most: int
    total: Decimal
    notes: list[str]
    error: str = ""


@dataclass(frozen=True)
class ParcelView:
    """One producer's parcel with the fee of its way, or why it cannot be delivered there."""

    number: int
    producer_name: str
    sent_from: str
    lines: list[LineView]
    way: str
    fee: Decimal | None


@dataclass(frozen=True)
class BasketPage:
    """Everything the template needs."""

    parcels: list[ParcelView] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    total: Decimal = Decimal(0)
    vouchers: list[Any] = field(default_factory=list)
    age_restricted: bool = False
    can_be_ordered: bool = False
    fee_is_known: bool = True


def context(
    request: ShopRequest, *, lines_form: LinesForm | None = None, voucher_form: VoucherForm | None = None
) -> dict[str, Any]:
    """Return the template's context, with forms that were filled in wrongly put back."""
    basket = request.basket
    found: dict[str, Any] = {"voucher_form": voucher_form or VoucherForm(request=request)}
    if basket.is_empty:
        return {**found, "basket_page": None, "suggestions": suggestions()}
    province = remembered_province(request)
    return {
        **found,
        "basket_page": build(basket, Destination(province), lines_form or LinesForm(basket=basket)),
        "destination_form": DestinationForm(initial={"tinh": province}),
        "province": province,
    }


def suggestions() -> list[Card]:
    """Return a few things to start with: what is in season, then what is new."""
    language = reading_language()
    seasonal = cards(language=language, in_season=True, limit=SUGGESTIONS)
    known = [card.product_id for card in seasonal]
    left = SUGGESTIONS - len(seasonal)
    return seasonal + (cards(language=language, on_sale=True, exclude=known, limit=left) if left else [])


def remembered_province(request: ShopRequest) -> str:
    """Return the code of the province asked for: now (`?tinh=`), or last time."""
    asked = request.GET.get("tinh") or request.COOKIES.get(PROVINCE_COOKIE)
    form = DestinationForm({"tinh": asked})
    return str(form.cleaned_data["tinh"]) if asked and form.is_valid() else settings.MARKET_PROVINCE_CODE


def build(basket: AbstractBasket, destination: Destination, form: LinesForm) -> BasketPage:
    """Put the page together: a fixed number of queries, whatever is in the basket."""
    groups, tariff = parcels(basket), Tariff()
    ways = [tariff.options(parcel, destination, pickups=False) for parcel in groups]
    shown = _cards_of(basket)
    views = [
        _parcel(number, parcel, way, [_line(line, form, shown) for line in parcel.lines])
        for number, (parcel, way) in enumerate(zip(groups, ways, strict=True), start=1)
    ]
    rows = _rows(basket, views)
    return BasketPage(
        parcels=views,
        rows=rows,
        total=sum((row["amount"] for row in rows), Decimal(0)),
        vouchers=list(basket.vouchers.all()),
        age_restricted=any(parcel.age_restricted for parcel in groups),
        can_be_ordered=can_be_ordered(basket),
        fee_is_known=all(view.fee is not None for view in views),
    )


def _cards_of(basket: AbstractBasket) -> dict[int, Card]:
    ids = list({line.product.main.pk for line in basket.all_lines()})
    found = cards(language=reading_language(), product_ids=ids, limit=len(ids))
    return {card.product_id: card for card in found}


def _line(line: AbstractLine, form: LinesForm, shown: dict[int, Card]) -> LineView:
    name, main = field_name(line), line.product.main
    card = shown.get(main.pk)
    typed = form.data.get(name)
    bound, english = form[name], reading_language() == "en"
    return LineView(
        pk=line.pk,
        name=name,
        title=main.local_title,
        lang="vi" if english and not main.title_en else "",
        options=line.product.variant_name or local(main, "unit"),
        url=card.url if card else "",
        picture=card.picture if card else None,
        quantity=line.quantity if typed is None else typed,
        most=MAX_QUANTITY,
        total=line.line_price_incl_tax,
        notes=notes(line),
        error=str(bound.errors[0]) if bound.errors else "",
    )


def _parcel(number: int, parcel: BasketParcel, way: ParcelOptions, lines: Sequence[LineView]) -> ParcelView:
    partner = parcel.partner
    chosen = way.available[0] if way.available else None
    return ParcelView(
        number=number,
        producer_name=partner.local_name,
        sent_from=_("Gửi từ %(place)s") % {"place": partner.commune.full_name} if partner.commune else "",
        lines=list(lines),
        way=_way_text(parcel, way),
        fee=chosen.price if chosen else None,
    )


def _way_text(parcel: BasketParcel, way: ParcelOptions) -> str:
    if not way.available:
        pickup = _("Có thể đến lấy, chọn ở bước giao hàng.")
        return f"{way.refused[0][1]} {pickup}"
    option = way.available[0]
    packed = weight(-(-parcel.weight_g // 10) * 10) if parcel.needs_shipping else ""
    parts = [option.name, packed, option.days_text, option.note]
    return ", ".join(part for part in parts if part)


def _rows(basket: AbstractBasket, views: Sequence[ParcelView]) -> list[dict[str, Any]]:
    count = basket.num_items
    goods = ngettext("Tiền hàng, %(count)d món", "Tiền hàng, %(count)d món", count) % {"count": count}
    fees = [view.fee for view in views if view.fee is not None]
    fee = sum(fees, Decimal(0))
    sent = ngettext("Giao %(count)d kiện, ước tính", "Giao %(count)d kiện, ước tính", len(fees))
    rows = [{"label": goods, "amount": basket.total_incl_tax_excl_discounts}]
    rows += [{"label": found["name"], "amount": -found["discount"]} for found in basket.offer_discounts]
    rows += [
        {"label": _("Mã %(code)s") % {"code": found["voucher"].code}, "amount": -found["discount"]}
        for found in basket.grouped_voucher_discounts
    ]
    rows.append({"label": sent % {"count": len(fees)}, "amount": fee})
    off = shipping_discount(basket, fee)
    if off:
        rows.append({"label": basket.shipping_discounts[0]["name"], "amount": -off})
    return rows

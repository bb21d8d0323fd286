"""Staff correct who gets an order and where, as long as nothing of it is packed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from catalogue.formats import vnd
from shop.core import locking
from shop.core.actors import Actor, in_shop_language
from shop.fulfilment.parcels import InvalidTransition
from shop.order import audit, mails
from shop.order.models import Order, OrderLog, OrderMail, Parcel, ShippingAddress
from shop.order.transitions import may_correct_address
from shop.shipping.parcels import BasketParcel, parcel_sold
from shop.shipping.tariff import Destination, ShippingOption, Tariff

MAX_VALUE = 140  # of one side of a line of the log
SHOWN_DIGITS = 3  # of a telephone number in the log, which forgets nothing


class CannotDeliver(Exception):
    """A parcel cannot go to the new province; the message says why."""


class PriceDiffers(Exception):
    """Delivery to the new province would cost otherwise than it was sold; the message says how."""


@dataclass(frozen=True)
class Recipient:
    """Who gets an order and where; `phone` is E.164, `province` and `commune` are codes, empty text is nothing."""

    name: str
    phone: str
    province: str = ""
    commune: str = ""
    commune_name: str = ""
    street: str = ""
    old_address: str = ""
    note: str = ""


def correct_address(
    *, order_id: int, recipient: Recipient, by: Actor, price_stays: bool = False
) -> ShippingAddress:
    """Correct who gets an order and where before anything is packed; one transaction, the buyer gets a mail.

    Who fetches the goods keeps no place. Another province is taken if every parcel can go there for the
    same price, or staff say that the price stays as it was sold. The same data again change nothing.

    Args:
        order_id: which order.
        recipient: as it shall be.
        by: who corrects it.
        price_stays: whatever delivery to the new province would cost, the buyer pays what was sold.

    Raises:
        InvalidTransition: something is packed or gone, or the order is over.
        CannotDeliver: a parcel cannot go there.
        PriceDiffers: another price, and nobody has said that the old one stays.
    """
    with transaction.atomic():
        order = locking.order(order_id)
        parcels = locking.parcels(order)
        address = order.shipping_address
        if address is None or not may_correct_address(order, parcels):
            raise InvalidTransition(_("Không sửa địa chỉ được nữa: có kiện đã đóng gói hoặc đã gửi."))
        changed = _fill_in(address, recipient)
        if "province_id" in changed:
            _move(order, parcels, address, before=changed["province_id"], price_stays=price_stays)
        if changed:
            old = ShippingAddress.objects.get(pk=address.pk)
            columns = [name.removesuffix("_id") for name in changed]
            address.save(update_fields=[*columns, "place_as_written", "search_text"])
            _tell(order, old, ShippingAddress.objects.get(pk=address.pk), by)
    return address


def _fill_in(address: ShippingAddress, recipient: Recipient) -> dict[str, str]:
    """Write the new data on the address, unsaved; return the old values of what changed by field."""
    new: dict[str, str | None] = {
        "first_name": recipient.name,
        "phone_number": recipient.phone,
        "notes": recipient.note,
    }
    if address.province_id:
        new |= {
            "province_id": recipient.province,
            "commune_id": recipient.commune or None,
            "commune_name": recipient.commune_name,
            "line1": recipient.street,
            "old_address": recipient.old_address,
        }
    old = {name: getattr(address, name) for name in new}
    changed = {name: value for name, value in old.items() if (value or "") != (new[name] or "")}
    for name in changed:
        setattr(address, name, new[name])
    if changed.keys() & {"province_id", "commune_id", "commune_name"}:
        address.write_place()
    return changed


def _move(
    order: Order, parcels: Sequence[Parcel], address: ShippingAddress, *, before: str, price_stays: bool
) -> None:
    """Look whether the parcels to be delivered may go to another province; note how long that takes."""
    tariff = Tariff()
    for parcel in parcels:
        if parcel.kind != Parcel.Kind.DELIVERY or parcel.is_cancelled:
            continue
        goods = _as_sold(parcel)
        way = _delivery(tariff, goods, str(address.province_id))
        old = tariff.options(goods, Destination(before), pickups=False).delivery
        if not price_stays and (old is None or old.price != way.price):
            words = {"number": parcel.number, "sold": vnd(parcel.shipping), "now": vnd(way.price)}
            raise PriceDiffers(
                _("Kiện %(number)s đã bán với phí giao %(sold)s, tới nơi mới là %(now)s.") % words
            )
        parcel.min_days, parcel.max_days = way.min_days, way.max_days
        parcel.save(update_fields=["min_days", "max_days"])


def _delivery(tariff: Tariff, goods: BasketParcel, province: str) -> ShippingOption:
    found = tariff.options(goods, Destination(province), pickups=False)
    if found.delivery is None:
        raise CannotDeliver(" ".join(reason for _name, reason in found.refused))
    return found.delivery


def _as_sold(parcel: Parcel) -> BasketParcel:
    units: dict[object, int] = {}
    for line in parcel.lines.select_related("product__parent"):
        if line.product and line.units:
            units[line.product] = units.get(line.product, 0) + line.units
    return parcel_sold(partner=parcel.partner, goods=parcel.goods, units=units)  # type: ignore[arg-type]


@in_shop_language
def _tell(order: Order, old: ShippingAddress, new: ShippingAddress, by: Actor) -> None:
    """Log what was and what is, one line for each thing; mail the buyer, who reads no codes."""
    things = (
        (_("Người nhận"), old.first_name, new.first_name, _short),
        (_("Số điện thoại"), str(old.phone_number or ""), str(new.phone_number or ""), _end_of),
        (_("Địa chỉ"), old.place_in_a_line, new.place_in_a_line, _short),
        (_("Lời nhắn cho người giao"), old.notes, new.notes, _short),
    )
    notes = [f"{label}: {show(was)} → {show(now)}" for label, was, now, show in things if was != now]
    is_seen = bool(notes)  # a commune may follow another one of the same name
    code = _("Mã phường, xã")
    notes = notes or [f"{code}: {old.commune_id or '–'} → {new.commune_id or '–'}"]
    lines = [audit.write(order, OrderLog.Verb.ADDRESS, by=by, note=note) for note in notes]
    if is_seen:
        mails.write(order, OrderMail.Kind.ADDRESS, reference=str(lines[-1].pk))


def _end_of(phone: str) -> str:
    return f"…{phone[-SHOWN_DIGITS:]}" if phone else "–"


def _short(value: str) -> str:
    return value[:MAX_VALUE] or "–"

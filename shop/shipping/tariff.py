"""How a parcel can reach its buyer: what each way costs, and which ways are closed and why.

Delivery is charged by the buyer's zone and the larger of real and volumetric weight. What must not
lie around travels express: in the zone's shortest time, at the carrier's denser express divisor. A
way that would spoil, thaw or outgrow the goods is not offered; the buyer reads the reason instead.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override
from oscar.apps.basket.abstract_models import AbstractBasket

from catalogue.formats import vnd, weight
from catalogue.models import SalesPoint
from shop.shipping.models import ShippingTariff, ShippingZone, ZoneProvince
from shop.shipping.parcels import BasketParcel

DELIVERY = "delivery"
PICKUP_PRODUCER = "pickup_producer"
PICKUP_POINT = "pickup_point"
NOTHING_TO_SHIP = "none"
EXPRESS_NAME = gettext_lazy("Giao tận nơi, hoả tốc")
DELIVERY_NAME = gettext_lazy("Giao tận nơi")
PICKUP_NAME = gettext_lazy("Đến lấy tại nơi làm")
NO_SHIPPING_NAME = gettext_lazy("Không cần giao")
PERISHABLE_HOURS = 48  # for perishables that state no limit of their own
HOURS_A_DAY = 24


@dataclass(frozen=True)
class Destination:
    """Where the buyer lives; the commune is known only inside the market's own province."""

    province_code: str
    commune_code: str = ""


@dataclass(frozen=True)
class ShippingOption:
    """One way for one parcel; `code` is unique within the parcel, `price` is đồng with VAT."""

    code: str
    name: str
    price: Decimal
    kind: str
    note: str = ""
    min_days: int | None = None
    max_days: int | None = None
    sales_point_id: int | None = None

    @property
    def days_text(self) -> str:
        """Return "1 đến 2 ngày", nothing for a pick-up."""
        return days_text(self.min_days, self.max_days)


@dataclass(frozen=True)
class ParcelOptions:
    """What a buyer may choose from, cheapest delivery first, and what is refused with its reason."""

    available: list[ShippingOption] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)

    @property
    def delivery(self) -> ShippingOption | None:
        """Return the delivery to the door, if there is one."""
        return next((option for option in self.available if option.kind == DELIVERY), None)

    def get(self, code: str) -> ShippingOption | None:
        """Return the available option with this code."""
        return next((option for option in self.available if option.code == code), None)


class Tariff:
    """Zones, rules and pick-up points, read once for all parcels of a request."""

    @cached_property
    def rules(self) -> ShippingTariff:
        """The rules of every zone."""
        return ShippingTariff.current()

    @cached_property
    def zones(self) -> list[ShippingZone]:
        """All zones, near ones first; `is_home` marks the one with the market's own province."""
        home = ZoneProvince.objects.filter(zone=OuterRef("pk"), province=settings.MARKET_PROVINCE_CODE)
        return list(ShippingZone.objects.annotate(is_home=Exists(home)))

    @cached_property
    def zone_ids(self) -> dict[str, int]:
        """The zone of every province, by the province's code."""
        return dict(ZoneProvince.objects.values_list("province", "zone"))

    @cached_property
    def sales_points(self) -> list[SalesPoint]:
        """The sales points that hand over parcels."""
        return list(SalesPoint.objects.filter(pickup=True).select_related("commune"))

    def zone_of(self, province_code: str) -> ShippingZone | None:
        """Return the zone of a province, None when the tariff knows no way there."""
        wanted = self.zone_ids.get(province_code)
        return next((zone for zone in self.zones if zone.pk == wanted), None)

    def options(
        self, parcel: BasketParcel, destination: Destination, *, pickups: bool = True
    ) -> ParcelOptions:
        """Return the ways of one parcel; without `pickups` only the way to the door."""
        if not parcel.needs_shipping:
            return ParcelOptions([_nothing_to_ship()])
        found = ParcelOptions()
        away = destination.province_code != settings.MARKET_PROVINCE_CODE
        if parcel.local_delivery_only and away:
            delivery: ShippingOption | str = _("Chỉ giao trong tỉnh.")
        else:
            delivery = self.delivery(parcel, self.zone_of(destination.province_code))
        if isinstance(delivery, ShippingOption):
            found.available.append(delivery)
        else:
            found.refused.append((str(DELIVERY_NAME), delivery))
        if pickups:
            found.available.extend(self._pickups(parcel))
        return found

    def delivery(self, parcel: BasketParcel, zone: ShippingZone | None) -> ShippingOption | str:
        """Return the delivery to a zone, or the reason why there is none."""
        refusal = self._refusal(parcel, zone)
        if refusal or zone is None:
            return refusal
        express = _hours(parcel) is not None
        return ShippingOption(
            code=DELIVERY,
            kind=DELIVERY,
            name=str(EXPRESS_NAME if express else DELIVERY_NAME),
            price=self._price(parcel, zone),
            note=self._note(parcel, zone),
            min_days=zone.min_days,
            max_days=zone.min_days if express else zone.max_days,
        )

    def charged_weight_g(self, parcel: BasketParcel) -> int:
        """Return the weight a carrier charges: the larger of real and volumetric, in grams."""
        rules = self.rules
        divisor = rules.volumetric_divisor if _hours(parcel) is None else rules.express_divisor
        # cm³ / divisor is kg, so mm³ / divisor is g; carriers round up
        return max(parcel.weight_g, -(-parcel.volume_mm3 // divisor))

    def _refusal(self, parcel: BasketParcel, zone: ShippingZone | None) -> str:
        if zone is None:
            return _("Chưa có biểu phí tới nơi này.")
        hours, name = _hours(parcel), zone.local_name
        if parcel.local_delivery_only and not zone.is_home:  # annotated by Tariff.zones
            return _("Chỉ giao trong tỉnh.")
        if parcel.cold_chain and not zone.cold_chain:
            return _("Phải giữ lạnh, chưa gửi lạnh tới %(zone)s được.") % {"zone": name}
        if hours is not None and zone.min_days * HOURS_A_DAY > hours:
            return _("Hàng tươi chỉ đi đường được %(hours)d giờ, %(zone)s xa hơn thế.") % {
                "hours": hours,
                "zone": name,
            }
        return self._too_big(parcel)

    def _too_big(self, parcel: BasketParcel) -> str:
        rules, heavy = self.rules, self.charged_weight_g(parcel)
        if heavy > rules.max_weight_g:
            return _("Kiện tính %(weight)s, nặng quá %(limit)s. Bớt hàng, hoặc gọi cơ sở để gửi xe.") % {
                "weight": weight(heavy),
                "limit": weight(rules.max_weight_g),
            }
        if parcel.longest_mm > rules.max_side_mm:
            return _("Kiện dài quá %(limit)d cm. Gọi cơ sở để gửi xe.") % {"limit": rules.max_side_mm // 10}
        return ""

    def _price(self, parcel: BasketParcel, zone: ShippingZone) -> Decimal:
        if self._is_free(parcel, zone):
            return Decimal(0)
        price = zone.rate(self.charged_weight_g(parcel))
        if parcel.fragile:
            price += self.rules.fragile_surcharge
        if parcel.cold_chain:
            price += self.rules.cold_surcharge
        return price

    def _is_free(self, parcel: BasketParcel, zone: ShippingZone) -> bool:
        rules = self.rules
        return (
            rules.free_from is not None
            and zone.free_shipping
            and not parcel.cold_chain
            and parcel.goods >= rules.free_from
            and self.charged_weight_g(parcel) <= rules.free_max_weight_g
        )

    def _note(self, parcel: BasketParcel, zone: ShippingZone) -> str:
        notes = []
        if self._is_free(parcel, zone):
            notes.append(_("miễn phí vì kiện từ %(sum)s") % {"sum": vnd(self.rules.free_from)})
        else:
            if parcel.fragile:
                notes.append(_("gồm bọc hàng dễ vỡ"))
            if parcel.cold_chain:
                notes.append(_("gồm gửi lạnh"))
        return ", ".join(notes)

    def _pickups(self, parcel: BasketParcel) -> Iterable[ShippingOption]:
        if parcel.partner.pickup:
            yield ShippingOption(
                code=PICKUP_PRODUCER,
                kind=PICKUP_PRODUCER,
                name=str(PICKUP_NAME),
                price=Decimal(0),
                note=parcel.partner.address,
            )
        for point in self.sales_points:
            yield ShippingOption(
                code=f"{PICKUP_POINT}-{point.slug}",
                kind=PICKUP_POINT,
                name=point.local_name,
                price=Decimal(0),
                note=point.address,
                sales_point_id=point.pk,
            )


def options(parcel: BasketParcel, destination: Destination) -> ParcelOptions:
    """Return how one parcel can reach `destination`; for several use `options_for`."""
    return Tariff().options(parcel, destination)


def options_for(parcels: Sequence[BasketParcel], destination: Destination) -> list[ParcelOptions]:
    """Return the ways of each parcel, in their order, with the same few queries for any number."""
    tariff = Tariff()
    return [tariff.options(parcel, destination) for parcel in parcels]


def localised_name(name: str, language: str) -> str:
    """Return a way's name that was written in `language` in the reader's; a name of no way as it is."""
    names = (EXPRESS_NAME, DELIVERY_NAME, PICKUP_NAME, NO_SHIPPING_NAME)
    with override(language):
        written = {str(known): known for known in names}
    return str(written.get(name, name))


def shipping_discount(basket: AbstractBasket, charge: Decimal) -> Decimal:
    """Return what the basket's first shipping offer takes off `charge`, in whole đồng."""
    if not basket.shipping_discounts:
        return Decimal(0)
    offer = basket.shipping_discounts[0]["offer"]
    return min(charge, Decimal(offer.shipping_discount(charge)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def days_text(min_days: int | None, max_days: int | None) -> str:
    """Return "1 ngày" or "1 đến 2 ngày"; nothing without days."""
    if min_days is None or max_days is None:
        return ""
    if min_days == max_days:
        return ngettext("%(days)d ngày", "%(days)d ngày", max_days) % {"days": max_days}
    return _("%(min)d đến %(max)d ngày") % {"min": min_days, "max": max_days}


def _hours(parcel: BasketParcel) -> int | None:
    """Return how long the parcel may travel; None when time does not matter."""
    if parcel.max_transit_hours is not None:
        return parcel.max_transit_hours
    return PERISHABLE_HOURS if parcel.perishable else None


def _nothing_to_ship() -> ShippingOption:
    return ShippingOption(
        code=NOTHING_TO_SHIP, kind=NOTHING_TO_SHIP, name=str(NO_SHIPPING_NAME), price=Decimal(0)
    )

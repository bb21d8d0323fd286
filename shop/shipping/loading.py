"""The first tariff, from `shipping_zones.json` in the market's folder: for a new shop and for the demo.

Once zones stand they are the hub's; what the file says differently is offered (catalogue.seeds).
The zone marked `home` is the market's own province, whichever that is; no other zone holds it.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from catalogue.seeds import Dataset, Row, Values, load
from shop.shipping.models import ShippingTariff, ShippingZone, ZoneProvince

RATES = ("base_price", "base_weight_g", "step_price", "step_weight_g")


@transaction.atomic
def load_shipping() -> int:
    """Write zones and rules into empty tables and return the number of zones. Provinces must be there."""
    zones = load(ZONES)
    load(TARIFF)
    return zones


def read_tariff() -> dict[str, Any]:
    """Return the market's file with its home province in the home zone and nowhere else."""
    market = settings.MARKET
    file = market.folder / "shipping_zones.json"
    tariff: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    for zone in tariff["zones"]:
        if zone.get("home"):
            zone["province_codes"] = [market.province_code]
            zone["name_vi"] = f"Trong {market.province_name}"
            zone["name_en"] = f"Within {market.province_name_en}"
        else:
            zone["province_codes"] = [code for code in zone["province_codes"] if code != market.province_code]
    return tariff


class Zones(Dataset):
    """Zones with their provinces: the provinces are compared, too."""

    def instances(self) -> QuerySet[Any]:
        return super().instances().prefetch_related("provinces")

    def values_of(self, instance: Any) -> Values:
        codes = sorted(link.province_id for link in instance.provinces.all())
        names = [name for name in self.columns if name != "provinces"]
        return self.values_of_row({name: getattr(instance, name) for name in names} | {"provinces": codes})

    def insert(self, rows: list[Row]) -> list[Row]:
        for row in rows:
            self.update(ShippingZone(slug=row["slug"]), row)
        return rows

    def update(self, instance: Any, row: Row) -> None:
        for name in self.columns:
            if name != "provinces":
                setattr(instance, name, row[name])
        instance.save()
        _put_provinces(instance, row["provinces"])


def _put_provinces(zone: ShippingZone, codes: list[str]) -> None:
    """Give a zone these provinces and no others; they leave the zones they were in."""
    ZoneProvince.objects.filter(zone=zone).exclude(province__in=codes).delete()
    ZoneProvince.objects.bulk_create(
        [ZoneProvince(province_id=code, zone=zone) for code in codes],
        update_conflicts=True,
        unique_fields=["province"],
        update_fields=["zone"],
    )


def _zones() -> Iterator[Row]:
    tariff = read_tariff()
    free = tariff["free_shipping"]["zones"]
    zones = [zone for zone in tariff["zones"] if zone["province_codes"]]
    for position, zone in enumerate(zones, start=1):
        yield {
            "slug": zone["slug"],
            "name": zone["name_vi"],
            "name_en": zone["name_en"],
            "position": position,
            **{name: zone[name] for name in RATES},
            "min_days": zone["transit_days"][0],
            "max_days": zone["transit_days"][1],
            "cold_chain": zone["cold_chain_available"],
            "free_shipping": zone["slug"] in free,
            "provinces": sorted(zone["province_codes"]),
        }


def _rules() -> Iterator[Row]:
    tariff = read_tariff()
    surcharges = {row["code"]: row["amount"] for row in tariff["surcharges"]}
    cod, free = tariff["cod"], tariff["free_shipping"]
    yield {
        "id": 1,
        "volumetric_divisor": tariff["volumetric"]["divisor_standard"],
        "express_divisor": tariff["volumetric"]["divisor_express"],
        "fragile_surcharge": surcharges["fragile"],
        "cold_surcharge": surcharges["cold_chain"],
        "free_from": free["threshold"],
        "free_max_weight_g": free["max_weight_g"],
        "max_weight_g": tariff["max_parcel_weight_g"],
        "cod_max_order": cod["max_order_value"],
        "cod_free_to": cod["free_up_to"],
        "cod_fee_percent": Decimal(str(cod["fee_percent"])),
        "is_illustrative": tariff["source"] == "illustrative",
    }


ZONES = Zones(
    name="shipping_zones",
    label=_("Vùng giao hàng"),
    model=ShippingZone,
    key=("slug",),
    columns=(
        "name",
        "name_en",
        "position",
        *RATES,
        "min_days",
        "max_days",
        "cold_chain",
        "free_shipping",
        "provinces",
    ),
    rows=_zones,
    automatic=False,
)
TARIFF = Dataset(
    name="shipping_rules",
    label=_("Quy định giao hàng"),
    model=ShippingTariff,
    key=("id",),
    columns=(
        "volumetric_divisor",
        "express_divisor",
        "fragile_surcharge",
        "cold_surcharge",
        "free_from",
        "free_max_weight_g",
        "max_weight_g",
        "cod_max_order",
        "cod_free_to",
        "cod_fee_percent",
        "is_illustrative",
    ),
    rows=_rules,
    automatic=False,
)

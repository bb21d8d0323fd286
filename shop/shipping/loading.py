"""The tariff of `data/shipping_zones.json`, for a new shop and for the demo."""

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from shop.shipping.models import ShippingTariff, ShippingZone, ZoneProvince

SOURCE = Path(__file__).parent / "data" / "shipping_zones.json"


@transaction.atomic
def load_shipping() -> int:
    """Write zones and rules as the file has them and return the number of zones; safe to repeat.

    Provinces must be there already. What the hub's staff changed is overwritten: load once.
    """
    tariff = json.loads(SOURCE.read_text(encoding="utf-8"))
    zones = [zone for zone in tariff["zones"] if zone["province_codes"]]
    free = tariff["free_shipping"]["zones"]
    for position, zone in enumerate(zones, start=1):
        _write_zone(zone, position=position, free_shipping=zone["slug"] in free)
    ShippingTariff.objects.update_or_create(pk=1, defaults=_rules(tariff))
    return len(zones)


def _write_zone(zone: dict[str, Any], *, position: int, free_shipping: bool) -> None:
    row, _created = ShippingZone.objects.update_or_create(
        slug=zone["slug"],
        defaults={
            "name": zone["name_vi"],
            "name_en": zone["name_en"],
            "position": position,
            "base_price": zone["base_price"],
            "base_weight_g": zone["base_weight_g"],
            "step_price": zone["step_price"],
            "step_weight_g": zone["step_weight_g"],
            "min_days": zone["transit_days"][0],
            "max_days": zone["transit_days"][1],
            "cold_chain": zone["cold_chain_available"],
            "free_shipping": free_shipping,
        },
    )
    ZoneProvince.objects.bulk_create(
        [ZoneProvince(province_id=code, zone=row) for code in zone["province_codes"]],
        update_conflicts=True,
        unique_fields=["province"],
        update_fields=["zone"],
    )


def _rules(tariff: dict[str, Any]) -> dict[str, Any]:
    surcharges = {row["code"]: row["amount"] for row in tariff["surcharges"]}
    cod, free = tariff["cod"], tariff["free_shipping"]
    return {
        "volumetric_divisor": tariff["volumetric"]["divisor_standard"],
        "express_divisor": tariff["volumetric"]["divisor_express"],
        "fragile_surcharge": surcharges["fragile"],
        "cold_surcharge": surcharges["cold_chain"],
        "free_from": free["threshold"],
        "free_max_weight_g": free["max_weight_g"],
        "max_weight_g": tariff["max_parcel_weight_g"],
        "cod_max_order": cod["max_order_value"],
        "cod_free_to": cod["free_up_to"],
        "cod_fee_percent": str(cod["fee_percent"]),
        "is_illustrative": tariff["source"] == "illustrative",
    }

"""A system check: the market's first tariff knows a way to every province, and one way only."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from catalogue.reference_places import province_codes
from shop.shipping.loading import read_tariff


@register()
def every_province_has_one_zone(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every province stands in one zone of the market's file, its own in the zone marked home."""
    zones = read_tariff()["zones"]
    counted = Counter(code for zone in zones for code in zone["province_codes"])
    problems = [
        *(f"province {code} is in no zone" for code in sorted(province_codes() - set(counted))),
        *(f"province {code} is in {count} zones" for code, count in sorted(counted.items()) if count > 1),
        *(f"there is no province {code}" for code in sorted(set(counted) - province_codes())),
    ]
    if sum(bool(zone.get("home")) for zone in zones) != 1:
        problems.append("one zone must be marked home")
    file = settings.MARKET.folder / "shipping_zones.json"
    return [Error(f"{file}: {problem}.", id="shipping.E001") for problem in problems]

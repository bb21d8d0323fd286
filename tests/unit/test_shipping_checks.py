"""The check of the first tariff names every province that has no zone, or more than one."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config import market
from shop.shipping.checks import every_province_has_one_zone

TARIFF = json.loads((market.MARKETS / "bac_ninh" / "shipping_zones.json").read_text(encoding="utf-8"))


@pytest.fixture
def problems(tmp_path: Path, settings: Any) -> Callable[..., list[str]]:
    """Check the tariff of another home province, after a change to the zone `lan-can`."""

    def check(*, home: str = "24", add: str = "", drop: str = "", marked: bool = True) -> list[str]:
        tariff = json.loads(json.dumps(TARIFF))
        zones = {zone["slug"]: zone for zone in tariff["zones"]}
        codes = zones["lan-can"]["province_codes"]
        zones["lan-can"]["province_codes"] = [code for code in [*codes, add] if code and code != drop]
        if not marked:
            zones["noi-tinh"] |= {"home": False, "province_codes": [home]}
        (tmp_path / "shipping_zones.json").write_text(json.dumps(tariff), encoding="utf-8")
        settings.MARKET = dataclasses.replace(settings.MARKET, folder=tmp_path, province_code=home)
        found = every_province_has_one_zone(None)
        return [str(error.msg).partition(": ")[2] for error in found]

    return check


def test_the_markets_own_tariff_is_whole(problems: Callable[..., list[str]]) -> None:
    assert problems() == []
    assert problems(home="82", add="24") == []


def test_what_is_wrong_is_named(problems: Callable[..., list[str]]) -> None:
    assert problems(home="82") == ["province 24 is in no zone."]
    assert problems(drop="01") == ["province 01 is in no zone."]
    assert problems(add="79") == ["province 79 is in 2 zones."]
    assert problems(add="98") == ["there is no province 98."]
    assert problems(marked=False) == ["province 24 is in no zone.", "one zone must be marked home."]

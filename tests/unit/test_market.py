"""The profile of a market: read from its folder, refused with a reason, followed by names and settings."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Template

from config import market

PROFILE: dict[str, Any] = json.loads(
    (market.MARKETS / "bac_ninh" / "market.json").read_text(encoding="utf-8")
)


def write(folder: Path, profile: dict[str, Any]) -> str:
    for name in market.DATA_FILES:
        (folder / name).write_text("{}", encoding="utf-8")
    (folder / "market.json").write_text(json.dumps(profile), encoding="utf-8")
    return str(folder)


def test_a_profile_may_stand_anywhere_and_names_everything(tmp_path: Path) -> None:
    province = {"code": "82", "name": "Đồng Tháp", "name_en": "Đồng Tháp"}
    names = {"slug": "cho-dong-thap", "name": "Chợ Đồng Tháp", "email": "cho@dongthap.example"}
    found = market.read(write(tmp_path, {**PROFILE, **names, "province": province}))
    assert market.settings_of(found) == {
        "MARKET": found,
        "MARKET_PROVINCE_CODE": "82",
        "WAGTAIL_SITE_NAME": "Chợ Đồng Tháp",
        "OSCAR_SHOP_NAME": "Chợ Đồng Tháp",
        "OSCAR_FROM_EMAIL": "Chợ Đồng Tháp <cho@dongthap.example>",
        "DEFAULT_FROM_EMAIL": "Chợ Đồng Tháp <cho@dongthap.example>",
    }
    assert found.ascii_name == "Cho Dong Thap"


def test_the_environment_is_stronger_than_the_profile() -> None:
    known = market.settings_of(market.read("bac_ninh"), sender="a@b.example")
    assert known["DEFAULT_FROM_EMAIL"] == "a@b.example"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"slug": "Chợ"}, "slug must match"),
        ({"slug": "cho-thanh-hoas"}, "slug must match"),  # fourteen letters: a memo would be too long
        ({"province": {**PROFILE["province"], "code": "240"}}, "two digits"),
        ({"name_en": ""}, "may not be empty"),
        ({"email": "cho"}, "email is no address"),
        ({"email": None}, "every value is a text"),
        ({"province": {**PROFILE["province"], "code": 24}}, "every value is a text"),
        ({"province": "Bắc Ninh"}, "a text where names stand"),
        ({"home_page": {"vi": PROFILE["home_page"]["vi"]}}, "lacks 'en'"),
    ],
)
def test_a_profile_that_cannot_be_right_is_refused(
    tmp_path: Path, change: dict[str, Any], words: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=words):
        market.read(write(tmp_path, PROFILE | change))


def test_a_profile_without_its_data_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, PROFILE)
    (tmp_path / "claims.json").unlink()
    with pytest.raises(ImproperlyConfigured, match=r"claims\.json is missing"):
        market.read(folder)


def test_a_missing_folder_and_a_broken_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="MARKET=nowhere: there is no"):
        market.read("nowhere")
    (tmp_path / "market.json").write_text("{", encoding="utf-8")
    with pytest.raises(ImproperlyConfigured, match="is no JSON"):
        market.read(str(tmp_path))
    (tmp_path / "market.json").write_bytes("Chợ".encode("utf-16"))
    with pytest.raises(ImproperlyConfigured, match="is no JSON in UTF-8"):
        market.read(str(tmp_path))
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        market.read(str(tmp_path / "market.json"))


def test_a_market_without_a_drawn_name_shows_letters(tmp_path: Path, settings: Any) -> None:
    settings.MARKET = market.read(write(tmp_path, {**PROFILE, "name": "Chợ Thử"}))
    for tag in ("{% wordmark %}", "{% wordmark reuse=True %}"):
        html = Template("{% load market %}" + tag).render(Context())
        assert "Chợ Thử</b>" in html
        assert "<svg" not in html

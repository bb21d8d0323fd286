"""The how-to for another province holds a profile that is right, and names fields and files that exist."""

import re
from pathlib import Path

from django.conf import settings

from config import market

HOW_TO = Path(settings.BASE_DIR, "docs", "other-province.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```json\n(.*?)```", HOW_TO, re.DOTALL)


def test_the_profile_of_the_how_to_is_read(tmp_path: Path) -> None:
    profile, claims = BLOCKS
    (tmp_path / "market.json").write_text(profile, encoding="utf-8")
    (tmp_path / "claims.json").write_text(claims, encoding="utf-8")
    (tmp_path / "shipping_zones.json").write_text("{}", encoding="utf-8")
    found = market.read(str(tmp_path))
    assert (found.name, found.province_code, found.ascii_name) == ("Chợ Đồng Tháp", "82", "Cho Dong Thap")


def test_the_files_that_the_how_to_replaces_are_those_of_the_shop() -> None:
    pictures = set(re.findall(r"`(?:static/img/)?([a-z-]+\.(?:svg|ico|png))`", HOW_TO)) - {"wordmark.svg"}
    assert pictures == {"mark.svg", "favicon.ico", "apple-touch-icon.png", "map.svg"}
    assert all(Path(settings.BASE_DIR, "static", "img", name).exists() for name in pictures)

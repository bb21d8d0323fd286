"""Communes of a province, and the new commune found from an old name."""

import re
from dataclasses import dataclass

from catalogue.folding import fold
from catalogue.models import Commune, FormerUnit, Province
from shop.order.purchase import Purchase

MAX_HITS = 30
MAX_PARTS = 4
MIN_LETTERS = 2
WORD = re.compile(r"\w+")
# Words people put before a name; the lists may carry the name alone.
KINDS = re.compile(
    r"\b(xa|phuong|p|x|thi tran|tt|huyen|h|thi xa|tx|quan|q|thanh pho|tp|tinh|t)\b\.?", re.ASCII
)


@dataclass(frozen=True)
class Hit:
    """An old unit and where it lies now."""

    old: str
    commune: Commune
    is_split: bool

    @property
    def label(self) -> str:
        """Return "Xã Cách Bi, Huyện Quế Võ → phường Quế Võ"."""
        return f"{self.old} → {self.commune.full_name}"


def communes_of(province_code: str) -> list[Commune]:
    """Return the communes of a province by name; empty where we keep no list."""
    if not province_code.isalnum():  # a NUL would be an error of PostgreSQL's
        return []
    return list(Commune.objects.filter(province_id=province_code, valid_to=None))


def find_old(text: str) -> list[Hit]:
    """Return where an old commune, district or address line lies now, best hits first.

    Typed without accents is fine. Parts between commas are looked for as they stand ("Đình Bảng,
    Từ Sơn"); where that finds nothing, word by word. Communes of that name come before those of a
    district or province of that name.
    """
    parts = [part for part in map(_bare, text.split(",")[:MAX_PARTS]) if part]
    if sum(map(len, parts)) < MIN_LETTERS:
        return []
    rows = _with_all(parts) or _with_all(" ".join(parts).split()[: 2 * MAX_PARTS])
    rows.sort(key=lambda row: (parts[0] not in fold(row.name), row.folded))
    return [Hit(f"{row.name}, {row.district_name}", row.commune, row.is_split) for row in rows[:MAX_HITS]]


def _bare(text: str) -> str:
    """Return the words of a name, folded, without "xã", "huyện" and the like."""
    folded = fold(text)
    return " ".join(WORD.findall(KINDS.sub(" ", folded)) or WORD.findall(folded))


def _with_all(pieces: list[str]) -> list[FormerUnit]:
    rows = FormerUnit.objects.select_related("commune__province")
    for piece in pieces:
        rows = rows.filter(folded__contains=piece)
    return list(rows[: 4 * MAX_HITS])


def commune_by_code(code: str) -> Commune | None:
    """Return a commune by what a form sent, None for anything that is no code of ours."""
    return Commune.objects.filter(pk=code).first() if code.isalnum() else None


def place_text(purchase: Purchase) -> str:
    """Return the address of a purchase on one line; empty for pick-up."""
    if purchase.pickup:
        return ""
    commune = commune_by_code(purchase.commune)
    province = Province.objects.filter(pk=purchase.province).first()
    parts = (
        purchase.street,
        commune.full_name if commune else purchase.commune_name,
        province.full_name if province else "",
    )
    return ", ".join(part for part in parts if part)

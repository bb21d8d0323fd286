"""The places a market is shipped with: units as they are today, what they were called when, former units."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue import shipped_files
from catalogue.folding import fold
from catalogue.models import Commune, CommuneVersion, FormerUnit, Province, ProvinceVersion
from catalogue.seeds import Dataset, Row
from catalogue.shipped_files import DATA

TWO_TIERS_SINCE = date(2025, 7, 1)  # districts abolished, communes merged: Resolution 203/2025/QH15
_SINCE = {"valid_from": TWO_TIERS_SINCE, "valid_to": None}


def _places() -> dict[str, Any]:
    """Return the state of 1 July 2025."""
    return shipped_files.read(DATA / "places.json")


def _changes() -> dict[str, Any]:
    """Return what changed since."""
    return shipped_files.read(DATA / "place_changes.json")


def province_codes() -> set[str]:
    """Return the codes of all provinces that there are."""
    return {row["code"] for row in _places()["provinces"]}


def _provinces() -> Iterator[Row]:
    today = _today(_province_versions(), "province_id")
    for row in _places()["provinces"]:
        yield {**row, **_SINCE, **today.get(row["code"], {})}


def _communes() -> Iterator[Row]:
    today = _today(_commune_versions(), "commune_id")
    for before in _communes_of_2025():
        row = before | today.get(before["code"], {})
        yield {**row, "sort_key": fold(row["name"]), **_SINCE}


def _communes_of_2025() -> Iterator[Row]:
    for province_code, communes in _places()["communes"].items():
        for code, name, kind in communes:
            yield {"code": code, "province_id": province_code, "name": name, "kind": kind}


def _today(versions: Iterable[Row], unit: str) -> dict[str, Row]:
    """Return name and kind in force by the unit's code, of units that changed."""
    day = timezone.localdate()
    begun = sorted((row for row in versions if row["valid_from"] <= day), key=lambda row: row["valid_from"])
    return {row[unit]: {"name": row["name"], "kind": row["kind"]} for row in begun}


def _province_versions() -> Iterator[Row]:
    before = {row["code"]: row for row in _places()["provinces"]}
    for change in _changes()["provinces"]:
        yield from _versions(change, before[change["code"]], {"province_id": change["code"]})


def _commune_versions() -> Iterator[Row]:
    before = {row["code"]: row for row in _communes_of_2025()}
    for change in _changes()["communes"]:
        for code, _name in change["units"]:
            yield from _versions({"name": before[code]["name"], **change}, before[code], {"commune_id": code})


def _versions(change: dict[str, Any], before: Row, unit: Row) -> Iterator[Row]:
    """Return what a unit was called before a change, and what since."""
    first = {"name": before["name"], "kind": before["kind"], "decision": change["decision_before"]}
    yield {**unit, **first, "valid_from": TWO_TIERS_SINCE}
    since = {name: change[name] for name in ("name", "kind", "decision")}
    yield {**unit, **since, "valid_from": date.fromisoformat(change["since"])}


def _former_units() -> Iterator[Row]:
    """One row per old unit and commune that took it in: a unit that was split stands several times."""
    for old_provinces in _places()["former"].values():
        for province, districts in old_provinces.items():
            for district, units in districts.items():
                for code, name, *communes in units:
                    yield from _former_unit(code, (name, district, province), communes, is_earlier=False)


def _earlier_units() -> Iterator[Row]:
    """Those that were no more when the districts were abolished; each went where its successor went."""
    communes = defaultdict(list)
    for row in _former_units():
        communes[row["code"]].append(row["commune_id"])
    for old_provinces in shipped_files.read(DATA / "earlier_units.json")["earlier"].values():
        for province, districts in old_provinces.items():
            for district, units in districts.items():
                for code, name, successor in units:
                    names = (name, district, province)
                    yield from _former_unit(code, names, communes[successor], is_earlier=True)


def _former_unit(
    code: str, names: tuple[str, str, str], communes: list[str], *, is_earlier: bool
) -> Iterator[Row]:
    name, district, province = names
    for commune_code in communes:
        yield {
            "code": code,
            "name": name,
            "district_name": district,
            "province_name": province,
            "commune_id": commune_code,
            "is_split": len(communes) > 1,
            "is_earlier": is_earlier,
            **FormerUnit.keys_of(name, district, province),
        }


class FormerUnits(Dataset):
    """The old units as they were when the districts were abolished."""

    def instances(self) -> QuerySet[Any]:
        return super().instances().filter(is_earlier=False)


class EarlierUnits(Dataset):
    """What was merged or renamed before that."""

    def instances(self) -> QuerySet[Any]:
        return super().instances().filter(is_earlier=True)


PROVINCES = Dataset(
    name="provinces",
    label=_("Tỉnh, thành phố"),
    model=Province,
    key=("code",),
    columns=("name", "name_en", "kind", "former_names", "valid_from", "valid_to"),
    rows=_provinces,
)
PROVINCE_VERSIONS = Dataset(
    name="province_versions",
    label=_("Tên, loại của tỉnh, thành phố theo thời gian"),
    model=ProvinceVersion,
    key=("province_id", "valid_from"),
    columns=("name", "kind", "decision"),
    rows=_province_versions,
)
COMMUNES = Dataset(
    name="communes",
    label=_("Xã, phường"),
    model=Commune,
    key=("code",),
    columns=("name", "kind", "province_id", "valid_from", "valid_to"),
    rows=_communes,
)
COMMUNE_VERSIONS = Dataset(
    name="commune_versions",
    label=_("Tên, loại của xã, phường theo thời gian"),
    model=CommuneVersion,
    key=("commune_id", "valid_from"),
    columns=("name", "kind", "decision"),
    rows=_commune_versions,
)
FORMER_UNITS = FormerUnits(
    name="former_units",
    label=_("Đơn vị hành chính cũ"),
    model=FormerUnit,
    key=("code", "commune_id"),
    columns=("name", "district_name", "province_name", "is_split"),
    rows=_former_units,
)
EARLIER_UNITS = EarlierUnits(
    name="earlier_units",
    label=_("Đơn vị hành chính cũ, đã đổi trước năm 2025"),
    model=FormerUnit,
    key=("code", "name", "district_name", "commune_id"),
    columns=("province_name", "is_split"),
    rows=_earlier_units,
)
PLACES = (PROVINCES, PROVINCE_VERSIONS, COMMUNES, COMMUNE_VERSIONS, FORMER_UNITS, EARLIER_UNITS)

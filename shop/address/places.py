"""Lists of provinces and communes as a Vietnamese dictionary orders them, and a commune by its code."""

from collections.abc import Iterable

from catalogue.models import Commune, Province
from catalogue.place_names import dictionary_order


def by_name(places: Iterable[Province]) -> list[Province]:
    """Return provinces as a dictionary orders their names."""
    return sorted(places, key=lambda place: dictionary_order(place.name))


def communes_of(province_code: str) -> list[Commune]:
    """Return the communes of a province as a dictionary orders their names; empty where we keep no list."""
    if not province_code.isalnum():  # a NUL would be an error of PostgreSQL's
        return []
    rows = Commune.objects.filter(province_id=province_code, valid_to=None)
    return sorted(rows, key=lambda commune: dictionary_order(commune.name))


def commune_by_code(code: str) -> Commune | None:
    """Return a commune by what a form sent, None for anything that is no code of ours."""
    rows = Commune.objects.select_related("province")
    return rows.filter(pk=code).first() if code.isalnum() else None

"""The buttons that send a form with a place half-filled and show it again, unchecked; no script needed."""

from typing import Any, NamedTuple

from django.http import QueryDict

from shop.address.old_names import find_old
from shop.address.places import commune_by_code

FORM_ONLY = {"csrfmiddlewaretoken", "find", "use", "refresh", "saved"}


class Reload(NamedTuple):
    """What to show again: the fields as typed, and what shop/checkout/old_address.html shows."""

    typed: dict[str, Any]
    context: dict[str, Any]


def pressed(data: QueryDict) -> Reload | None:
    """Return what to show when one of the buttons was pressed, None when the form itself was sent.

    `find` looks for an old name, `use` takes one of what it found, `refresh` fetches the communes.
    """
    if "find" in data:
        hits = find_old(data.get("old_address", ""))
        if len({hit.commune.pk for hit in hits}) == 1:
            return _reload(data, use=hits[0].commune.pk, hits=hits)
        return _reload(data, hits=hits, searched=True)
    if "use" in data or "refresh" in data:
        return _reload(data, use=data.get("use", ""))
    return None


def typed(data: QueryDict) -> dict[str, Any]:
    """Return the fields as they were typed."""
    return {name: value for name, value in data.items() if name not in FORM_ONLY}


def _reload(data: QueryDict, *, use: str = "", **context: Any) -> Reload:
    fields, commune = typed(data), commune_by_code(use)
    if commune:
        fields |= {"province": commune.province_id, "commune": commune.pk, "pickup": ""}
    return Reload(fields, {"found": commune, **context})

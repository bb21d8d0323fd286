"""Addresses of the listing of all products, narrowed to what a page speaks of."""

from urllib.parse import urlencode

from catalogue.family import Family


def listing_url(family: Family, **facets: str | None) -> str:
    """Return the listing's address in the reader's language, narrowed by `facets`; "" without a listing.

    Args:
        family: of the page that links there.
        facets: named as in the listing, `_` for `-`: `lang`, `nhom`, `sao`, `nguoi_lam`.
    """
    url = family.section_url("cataloguepage")
    chosen = {name.replace("_", "-"): value for name, value in facets.items() if value}
    return f"{url}?{urlencode(chosen)}" if url and chosen else url

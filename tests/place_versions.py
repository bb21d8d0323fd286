"""The versions of a place as the admin's form sends them."""

from typing import Any


def versions(*rows: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of these versions; one that is there already has its `id`."""
    known = sum("id" in row for row in rows)
    form = {"versions-TOTAL_FORMS": len(rows), "versions-INITIAL_FORMS": known}
    for number, row in enumerate(rows):
        filled = {"id": "", "decision": "", "ORDER": number + 1, "DELETE": "", **row}
        form |= {f"versions-{number}-{name}": value for name, value in filled.items()}
    return form

"""What the sales lists of the admin share."""

from typing import Any


def without_unused_views(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Leave out the names of views that we do not have."""
    gone = (
        "add_url_name",
        "edit_url_name",
        "delete_url_name",
        "copy_url_name",
        "inspect_url_name",
        "history_url_name",
        "usage_url_name",
    )
    return {key: value for key, value in kwargs.items() if key not in gone}

"""What waits for a producer, on the first page of the admin."""

from collections.abc import Mapping
from typing import Any

from wagtail.admin.ui.components import Component

from shop.backoffice.producers import parcel_lists


class WaitingPanel(Component):
    """How many parcels and return requests wait; each number leads to its list."""

    name = "waiting"
    template_name = "producers/waiting.html"
    order = 50

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        links = parcel_lists.links(parcel_lists.own_parcels(parent_context["request"].user))
        return {"lists": [link for link in links if link["count"]]}

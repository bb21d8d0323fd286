from typing import Any

from django.urls import path
from oscar.apps.dashboard.partners import apps


class PartnersDashboardConfig(apps.PartnersDashboardConfig):
    """Oscar's dashboard of partners, with signposts where it makes and links users.

    Its views let whoever an address belongs to work for a producer, asking neither, and set passwords. People are
    invited in the admin; Oscar's own links to these pages go on working.
    """

    name = "shop.dashboard.partners"

    def get_urls(self) -> list[Any]:
        """Return Oscar's addresses; those of users come first and lead to the admin."""
        from shop.dashboard.partners.views import to_register

        user = "<int:partner_pk>/users/<int:user_pk>/"
        signposts = [
            path("<int:partner_pk>/users/add/", to_register, name="partner-user-create"),
            path("<int:partner_pk>/users/select/", to_register, name="partner-user-select"),
            path(f"{user}link/", to_register, name="partner-user-link"),
            path(f"{user}unlink/", to_register, name="partner-user-unlink"),
            path(f"{user}update/", to_register, name="partner-user-update"),
        ]
        names = {signpost.name for signpost in signposts}
        rest = [url for url in super().get_urls() if getattr(url, "name", "") not in names]
        return [*self.post_process_urls(signposts), *rest]

from oscar.apps.dashboard.partners import apps


class PartnersDashboardConfig(apps.PartnersDashboardConfig):
    """Oscar's dashboard of partners, with a form of its own for new users."""

    name = "shop.dashboard.partners"

    def ready(self) -> None:
        """Load Oscar's views but one."""
        super().ready()
        from shop.dashboard.partners.views import PartnerUserCreateView

        self.user_create_view = PartnerUserCreateView

from oscar.apps.dashboard.vouchers import apps


class VouchersDashboardConfig(apps.VouchersDashboardConfig):
    """Oscar's dashboard of vouchers, with forms of ours; Oscar looks for forks of `dashboard` as a whole only."""

    name = "shop.dashboard.vouchers"

    def ready(self) -> None:
        """Take our views where a code is typed."""
        super().ready()
        from shop.dashboard.vouchers import views

        self.list_view = views.VoucherListView
        self.create_view = views.VoucherCreateView
        self.update_view = views.VoucherUpdateView

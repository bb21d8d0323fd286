"""Oscar's pages of vouchers, with our forms."""

from oscar.apps.dashboard.vouchers import views

from shop.dashboard.vouchers.forms import VoucherForm, VoucherSearchForm


class VoucherListView(views.VoucherListView):
    """The list, with a search that takes a pasted code."""

    form_class = VoucherSearchForm


class VoucherCreateView(views.VoucherCreateView):
    """A new voucher."""

    form_class = VoucherForm


class VoucherUpdateView(views.VoucherUpdateView):
    """A voucher that is there."""

    form_class = VoucherForm

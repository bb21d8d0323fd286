"""What staff type about a voucher."""

from oscar.apps.dashboard.vouchers import forms

from shop.core import typed


class VoucherForm(forms.VoucherForm):
    """Keeps a code as buyers' typing is read (`shop.basket.vouchers`)."""

    def clean_code(self) -> str:
        """Return the code without blanks and hidden signs."""
        return typed.code(self.cleaned_data["code"])


class VoucherSearchForm(forms.VoucherSearchForm):
    """Finds a code however it was pasted."""

    def clean_code(self) -> str:
        """Return the code without blanks and hidden signs."""
        return typed.code(self.cleaned_data["code"])

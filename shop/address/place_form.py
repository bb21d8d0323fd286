"""The form for a person and a place: province, then commune; the checkout and the address book share it."""

from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalogue.models import Province
from shop.address.commune_field import LIST_ID, Combobox, CommuneField
from shop.address.places import by_name, communes_of
from shop.core.fields import LineField, NameField, PhoneField

PLACE_FIELDS = ("province", "commune", "commune_name", "street")


class PlaceForm(forms.Form):
    """Who and where; three buttons may send it half-filled (shop.address.place_buttons)."""

    name = NameField(
        label=_("Họ và tên"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = PhoneField(label=_("Số điện thoại"), max_length=30, help_text=_("Người giao hàng gọi số này."))
    old_address = LineField(
        label=_("Chỉ nhớ xã, huyện cũ?"),
        max_length=200,
        required=False,
        help_text=_("Gõ tên xã hoặc huyện trước tháng 7 năm 2025, có dấu hay không dấu đều được."),
    )
    province = forms.ChoiceField(
        label=_("Tỉnh, thành phố"),
        widget=forms.Select(attrs={"autocomplete": "address-level1"}),
        error_messages={
            "required": _("Hãy chọn tỉnh, thành phố."),
            "invalid_choice": _("Hãy chọn tỉnh, thành phố trong danh sách."),
        },
    )
    commune = CommuneField(
        label=_("Phường, xã"),
        help_text=_("Gõ tên, có dấu hay không dấu đều được, hoặc chọn trong danh sách."),
        widget=Combobox(attrs={"autocomplete": "address-level2", "list": LIST_ID}),
        error_messages={
            "required": _("Hãy chọn phường, xã."),
            "invalid_choice": _("Hãy chọn phường, xã của tỉnh này."),
        },
    )
    commune_name = LineField(
        label=_("Phường, xã"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
        error_messages={"required": _("Hãy ghi tên phường, xã.")},
    )
    street = LineField(
        label=_("Số nhà, đường, thôn"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
        error_messages={"required": _("Hãy ghi số nhà, đường hoặc thôn.")},
    )

    use_required_attribute = False  # buttons send the form half-filled
    communes_url = ""  # the name of the address that swaps the communes by script; without it the button does

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provinces = by_name(Province.objects.filter(valid_to=None))
        provinces.sort(key=lambda row: row.code != settings.MARKET_PROVINCE_CODE)  # the home province first
        names = [(row.code, row.name) for row in provinces]
        self.fields["province"].choices = [("", _("Chọn tỉnh, thành phố")), *names]  # type: ignore[attr-defined]
        self.communes = communes_of(str(self["province"].value() or ""))
        self.fields["commune"].offer(self.communes)  # type: ignore[attr-defined]
        if self.communes_url:
            self.fields["province"].widget.attrs |= {
                "hx-get": reverse(self.communes_url),
                "hx-target": "#xa",
                "hx-trigger": "change",
            }
        self._relax()

    @property
    def needs_place(self) -> bool:
        """Return whether an address must be given."""
        return True

    def _relax(self) -> None:
        """Ask only for what is needed: one of the two commune fields, or no place at all."""
        other = "commune_name" if self.communes else "commune"
        for name in (other,) if self.needs_place else PLACE_FIELDS:
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "province" in self.errors:  # nothing to choose a commune from
            self.errors.pop("commune", None)
            self.errors.pop("commune_name", None)
        if self.communes:
            data["commune_name"] = ""
        return data

"""Forms that several rooms of the staff share."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shop.core.fields import LineField


class UndoForm(forms.Form):
    """Why something is taken back that was noted wrongly."""

    prefix = "undo"
    reason = LineField(label=_("Lý do bỏ"), max_length=200)

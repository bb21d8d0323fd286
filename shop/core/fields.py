"""Form fields that take what people really type and refuse what no address label can bear."""

import re
import unicodedata
from typing import Any

import phonenumbers
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

REGION = settings.MARKET_COUNTRY_CODE
MOBILE_DIGITS = 10
INVISIBLE = {"Cc", "Cf", "Co", "Cs"}  # control, format (bidi marks, zero width), private use, surrogate
JOINER = "\u200d"  # holds family and flag emoji together


class LineField(forms.CharField):
    """One line of text: NFC, blanks squeezed, no control characters; HTML and emoji are just text."""

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFC", super().to_python(value) or "")
        return " ".join(text.split())

    def validate(self, value: str) -> None:
        super().validate(value)
        if any(unicodedata.category(char) in INVISIBLE and char != JOINER for char in value):
            raise ValidationError(_("Có ký tự ẩn không in ra được. Hãy gõ lại."), code="invisible")


class NameField(LineField):
    """A person's or company's name: something with letters in it."""

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not any(char.isalpha() for char in value):
            raise ValidationError(_("Tên phải có chữ cái."), code="no_letters")


class NoteField(LineField):
    """A few sentences; line breaks become blanks."""

    widget = forms.Textarea(attrs={"rows": 2})


class PhoneField(LineField):
    """A phone number that can be rung, Vietnamese unless it says otherwise; cleaned to E.164."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            number = phonenumbers.parse(text, REGION)
        except phonenumbers.NumberParseException as error:
            raise ValidationError(
                _("Đây không phải số điện thoại. Ví dụ: 0912 345 678."), code="invalid"
            ) from error
        if not phonenumbers.is_valid_number(number):
            raise ValidationError(_why(text), code="invalid")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored +84912345678 as 0912 345 678."""
        return national(value) if isinstance(value, str) and value.startswith("+") else value


def national(e164: str) -> str:
    """Return a number as people in Vietnam write it, a foreign one with its country code."""
    try:
        number = phonenumbers.parse(e164, REGION)
    except phonenumbers.NumberParseException:
        return e164
    style = phonenumbers.PhoneNumberFormat
    at_home = number.country_code == phonenumbers.country_code_for_region(REGION)
    return phonenumbers.format_number(number, style.NATIONAL if at_home else style.INTERNATIONAL)


def _why(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    if re.match(r"0[35789]", digits) and len(digits) != MOBILE_DIGITS:
        words = {"wanted": MOBILE_DIGITS, "typed": len(digits)}
        return _("Số di động Việt Nam có %(wanted)d chữ số, bạn nhập %(typed)d.") % words
    return _("Số này không gọi được. Kiểm tra lại đầu số, ví dụ: 0912 345 678.")

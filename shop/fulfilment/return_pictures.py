"""Buyers' pictures of what is wrong: checked, made small, coded anew without place and camera."""

import io
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image

from catalogue import uploads

MAX_PICTURES = 4
MAX_BYTES = 8 * 1024 * 1024
SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP")


class _Input(forms.ClearableFileInput):
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Up to MAX_PICTURES picture files; cleaned to a list of JPEGs as bytes."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"accept": "image/jpeg,image/png,image/webp", "multiple": True}
        super().__init__(widget=_Input(attrs=attrs), required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = [file for file in data or [] if file]
        if len(files) > MAX_PICTURES:
            raise ValidationError(_("Nhiều nhất %(count)d ảnh.") % {"count": MAX_PICTURES}, code="many")
        return [recode(super(PicturesField, self).clean(file, initial)) for file in files]


def recode(file: "UploadedFile[bytes]") -> bytes:
    """Return an uploaded picture as a JPEG of at most SIDE pixels a side.

    Raises:
        ValidationError: too many bytes or pixels, or no picture that we read.
    """
    if file.size is None or file.size > MAX_BYTES:
        raise ValidationError(_("Mỗi ảnh nhiều nhất 8 MB."), code="large")
    uploads.check_picture(file, formats=FORMATS)
    with Image.open(file, formats=FORMATS) as picture:
        profile = picture.info.get("icc_profile") if picture.mode == "RGB" else None
        upright = uploads.upright(picture).convert("RGB")
    upright.thumbnail((SIDE, SIDE))
    upright.info = {}
    target = io.BytesIO()
    upright.save(target, "JPEG", quality=82, icc_profile=profile)
    return target.getvalue()

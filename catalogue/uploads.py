"""Uploaded files before they are kept: pictures read whole and freed of place and camera, papers that are PDF.

Knows no model: the forms of the CMS, buyers' pictures and the place where files are stored all ask here.
"""

import struct
from contextlib import suppress
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

PUBLIC_FOLDER = "images/"  # Wagtail's, for what is cut of pictures; all else that is stored is private
FORMATS = ("AVIF", "JPEG", "PNG", "WEBP")
READ = (*FORMATS, "TIFF")  # Oscar's and Wagtail's own fields take more
# What Pillow raises for a file that is cut off, or is not what its first bytes say.
UNREADABLE = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    struct.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
# Parts of a JPEG that say nothing but how to show it; all others tell who made it, when, where, with what.
SHOWING = {"APP0": b"", "APP2": b"ICC_PROFILE", "APP14": b"Adobe"}
ORIENTATION = 0x0112  # Exif's tag
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
CODED: dict[str, dict[str, Any]] = {
    "AVIF": {"quality": 85},
    "JPEG": {"quality": 92, "subsampling": "4:4:4"},
    "PNG": {},
    "TIFF": {"compression": "tiff_lzw"},
    "WEBP": {"quality": 92},
}
PDF = b"%PDF-"
PDF_WITHIN = 1024  # readers look so far for the mark


def check_picture(file: "UploadedFile[bytes]", *, formats: tuple[str, ...] = FORMATS) -> None:
    """Read a whole picture, or say why it cannot be kept.

    Args:
        file: what was uploaded.
        formats: Pillow's names of those that are taken.

    Raises:
        ValidationError: too many pixels, cut off, or no picture at all.
    """
    file.seek(0)
    try:
        with Image.open(file, formats=formats) as picture:
            too_large = _is_too_large(picture)
            if not too_large:
                picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        too_large = True
    except UnidentifiedImageError as error:
        words = _("Chỉ nhận ảnh %(kinds)s.") % {"kinds": ", ".join(formats)}
        raise ValidationError(words, code="format") from error
    except UNREADABLE as error:
        raise ValidationError(_("Tệp ảnh bị hỏng hoặc thiếu phần cuối."), code="format") from error
    finally:
        file.seek(0)
    if too_large:
        words = _("Ảnh có quá nhiều điểm ảnh, nhiều nhất %(millions)d triệu. Hãy thu nhỏ rồi tải lại.")
        millions = settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000
        raise ValidationError(words % {"millions": millions}, code="pixels")


def clean_picture(file: "UploadedFile[bytes]") -> "UploadedFile[bytes]":
    """Return an uploaded picture once it was read whole: upright, without place and camera.

    Raises:
        ValidationError: as of `check_picture`.
    """
    check_picture(file)
    data = without_metadata(file)
    file.seek(0)
    return file if data is None else SimpleUploadedFile(file.name or "", data, file.content_type or "")


def check_pdf(file: IO[bytes]) -> None:
    """Look whether a paper is what its name says.

    Raises:
        ValidationError: it is no PDF.
    """
    file.seek(0)
    is_pdf = PDF in file.read(PDF_WITHIN)
    file.seek(0)
    if not is_pdf:
        raise ValidationError(_("Tệp này không phải là PDF, dù tên có đuôi .pdf."), code="format")


def without_metadata(file: IO[bytes]) -> bytes | None:
    """Return a picture coded anew: turned as it is to be seen, with its colour profile and nothing else.

    Returns:
        None when there is nothing to take out, or when it is no picture that we read.
    """
    file.seek(0)
    try:
        with Image.open(file, formats=READ) as picture:
            if _is_too_large(picture) or not carries_metadata(picture):
                return None
            return _coded(picture)
    except UNREADABLE:
        return None
    finally:
        file.seek(0)


def carries_metadata(picture: Image.Image) -> bool:
    """Say whether a picture tells more than how to show it."""
    parts: list[tuple[str, bytes]] = getattr(picture, "applist", [])
    if any(name not in SHOWING or not data.startswith(SHOWING[name]) for name, data in parts):
        return True
    # A PNG's texts may stand behind its pixels: asking for them reads it whole.
    texts = getattr(picture, "text", None)
    return bool(texts or {"comment", "exif", "photoshop", "xmp"} & set(picture.info) or _tags(picture))


def upright(picture: Image.Image) -> Image.Image:
    """Return the picture's pixels as it is to be seen; a copy that knows nothing else of its file."""
    picture.load()  # which turns a TIFF
    turn = TURNS.get(_orientation(picture))
    turned = picture.copy() if turn is None else picture.transpose(turn)
    turned.info = {key: value for key, value in picture.info.items() if key == "transparency"}
    return turned


def _is_too_large(picture: Image.Image) -> bool:
    """Say so by what the file declares, before anything is decoded."""
    pixels: int = picture.width * picture.height
    return pixels > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS


def _coded(picture: Image.Image) -> bytes:
    kind = "JPEG" if picture.format == "MPO" else picture.format or ""
    profile = picture.info.get("icc_profile")
    pixels, options = upright(picture), CODED[kind]
    if picture.format == "JPEG" and _orientation(picture) not in TURNS:
        picture.info = {}
        pixels, options = picture, {"quality": "keep"}  # the same tables: nothing is lost
    target = BytesIO()
    pixels.save(target, kind, icc_profile=profile, **options)
    return target.getvalue()


def _orientation(picture: Image.Image) -> int:
    with suppress(*UNREADABLE):
        found = picture.getexif().get(ORIENTATION, 1)
        return found if isinstance(found, int) else 1
    return 1


def _tags(picture: Image.Image) -> bool:
    """Say whether a TIFF, whose every property is a tag, has some of those that name maker, time, place."""
    told = {0x010E, 0x010F, 0x0110, 0x0131, 0x0132, 0x013B, 0x02BC, 0x83BB, 0x8649, 0x8769, 0x8825}
    return bool(told & set(getattr(picture, "tag_v2", {})))

"""What every template of the market needs: icons, money, weights, words that must not part."""

import re
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.utils import formats
from django.utils.dates import WEEKDAYS
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue import pictures
from catalogue.languages import local

register = template.Library()

ICONS = Path(settings.BASE_DIR) / "static" / "vendor" / "lucide"
NBSP = "\u00a0"
GRAMS_IN_KILO = 1000
DAYS = dict(zip(("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"), WEEKDAYS.values(), strict=True))
HOURS = re.compile(r"(Mo|Tu|We|Th|Fr|Sa|Su)(?:-(Mo|Tu|We|Th|Fr|Sa|Su))? (\d\d:\d\d)-(\d\d:\d\d)")
PARTED_UNIT = re.compile(
    r"(\d) (g|kg|ml|l|cm|mm|m|km|ha|lít|cặp|chiếc|gói|hộp|hũ|chai|món|kiện|litres?|pieces?|pairs?|items?)\b"
)


@lru_cache
def _drawing(name: str) -> str:
    """Give the inside of an icon's SVG file. Raises FileNotFoundError for a name that is not vendored."""
    svg = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    return svg.partition("<svg")[2].partition(">")[2].removesuffix("</svg>\n")


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    """Draw a decorative lucide icon; the words beside it are its name."""
    classes = f"i {css_class}".strip()
    return mark_safe(  # noqa: S308  our own files and class names written in templates
        f'<svg class="{classes}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{_drawing(name)}</svg>'
    )


@register.inclusion_tag("components/wordmark.html")
def wordmark(*, reuse: bool = False) -> dict[str, bool]:
    """Draw the name and seal; with reuse=True refer to the drawing the page already holds."""
    return {"reuse": reuse}


@register.simple_tag
def vi() -> SafeString:
    """Mark a Vietnamese name on a page in another language: <b{% vi %}>Phù Lãng</b>."""
    language = get_language() or settings.LANGUAGE_CODE
    return SafeString("" if language.startswith("vi") else ' lang="vi"')


@register.filter
def vnd(amount: Decimal | float | str | None) -> str:
    """Write whole đồng in the reader's way: 1.250.000 ₫, on English pages 1,250,000 ₫."""
    if amount is None or amount == "":
        return ""
    return f"{_number(Decimal(str(amount)), decimals=0)}{NBSP}₫"


@register.filter
def weight(grams: int | None) -> str:
    """Write a weight given in grams: 500 g, 1,5 kg."""
    if not grams:
        return ""
    if grams < GRAMS_IN_KILO:
        return f"{_number(Decimal(grams))}{NBSP}g"
    return f"{_number(Decimal(grams) / GRAMS_IN_KILO)}{NBSP}kg"


@register.filter
def unit(number: Decimal | float | None, name: str) -> str:
    """Join a number and its unit so that they never part at a line's end: {{ 9|unit:"km" }}."""
    if number is None or number == "":
        return ""
    return f"{_number(Decimal(str(number)))}{NBSP}{name}"


@register.filter
def keep_units(text: str) -> str:
    """Tie numbers to the units that follow them within a name: "Mì Chũ, gói 500 g"."""
    return PARTED_UNIT.sub(rf"\1{NBSP}\2", str(text))


@register.filter(name="local")
def local_words(record: Any, field: str) -> str:
    """Read a field in the reader's language: {{ point|local:"note" }}."""
    return local(record, field)


@register.filter
def opening_hours(hours: str) -> str:
    """Say schema.org opening hours in words: "Mo-Sa 08:00-17:30" is "Thứ 2 đến Thứ 7, 8:00 đến 17:30".

    Hours written in another way are shown as they are.
    """
    found = HOURS.fullmatch(hours.strip())
    if not found:
        return hours
    first, last, opens, closes = found.groups()
    days = _("cả tuần")
    if (first, last) != ("Mo", "Su"):
        days = (
            _("%(first)s đến %(last)s") % {"first": DAYS[first], "last": DAYS[last]} if last else DAYS[first]
        )
    times = _("%(first)s đến %(last)s") % {"first": opens.lstrip("0"), "last": closes.lstrip("0")}
    return f"{days}, {times}"


@register.simple_tag
def ready_picture(picture: Any, size: str) -> Any:
    """Cut a picture to one of the sizes of `catalogue.pictures`: {% ready_picture value.picture "HERO" as shown %}.

    Gives None for no picture or one whose file is gone.
    """
    return pictures.ready(picture, getattr(pictures, size)) if picture else None


@register.filter
def focus_class(picture: Any) -> str:
    """Name the class that keeps a cropped picture's focal point in sight: focus-y-80.

    Args:
        picture: a Wagtail image, with or without a focal point; None gives no class.
    """
    if not picture or picture.focal_point_y is None or not picture.height:
        return ""
    tenths = round(10 * picture.focal_point_y / picture.height)
    return f"focus-y-{min(max(tenths, 0), 10) * 10}"


def _number(value: Decimal, *, decimals: int | None = None) -> str:
    if decimals is None:
        value = value.normalize()
        decimals = max(0, -int(value.as_tuple().exponent))
    return formats.number_format(value, decimals, use_l10n=True, force_grouping=True)

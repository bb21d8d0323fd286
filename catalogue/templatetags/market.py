"""What every template of the market needs: icons, money, weights, words that must not part."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue import pictures
from catalogue.formats import NBSP, percent, unit, vnd, weight
from catalogue.languages import local
from catalogue.models import Picture
from catalogue.pictures import ReadyPicture

register = template.Library()
register.filter(vnd)
register.filter(weight)
register.filter(unit)
register.filter(percent)

ICONS = Path(settings.BASE_DIR) / "static" / "vendor" / "lucide"
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


@lru_cache
def _wordmark(file: Path) -> dict[str, str]:
    """Give size and inside of a market's drawn name; nothing where it has none."""
    if not file.exists():
        return {}
    head, _gt, rest = file.read_text(encoding="utf-8").partition("<svg")[2].partition(">")
    sizes = {name: re.search(rf'\b{name}="([\d. ]+)"', head) for name in ("viewBox", "width", "height")}
    known = {name: found[1] for name, found in sizes.items() if found}
    inside = mark_safe(rest.rpartition("</svg>")[0])  # noqa: S308  our own file
    return {
        "view_box": known["viewBox"],
        "width": known["width"],
        "height": known["height"],
        "inside": inside,
    }


@register.inclusion_tag("components/wordmark.html")
def wordmark(*, reuse: bool = False) -> dict[str, Any]:
    """Draw the name and seal; with reuse=True refer to the drawing the page already holds."""
    market = settings.MARKET
    return {"drawing": _wordmark(market.wordmark), "name": market.name, "reuse": reuse}


@register.simple_tag
def market_name() -> str:
    """Return the market's name, the same in every language."""
    name: str = settings.MARKET.name
    return name


@register.simple_tag
def market_province() -> str:
    """Return the name of the market's province, as the reader's language writes it."""
    return local(settings.MARKET, "province_name")


@register.simple_tag
def vi() -> SafeString:
    """Mark a Vietnamese name on a page in another language: <b{% vi %}>Phù Lãng</b>."""
    language = get_language() or settings.LANGUAGE_CODE
    return SafeString("" if language.startswith("vi") else ' lang="vi"')


@register.filter
def keep_units(text: str) -> str:
    """Tie numbers to the units that follow them within a name: "Mì Chũ, gói 500 g"."""
    return PARTED_UNIT.sub(rf"\1{NBSP}\2", str(text))


@register.filter(name="local")
def local_words(record: object, field: str) -> str:
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
def ready_picture(picture: Picture | None, size: str) -> ReadyPicture | None:
    """Cut a picture to one of the sizes of `catalogue.pictures`: {% ready_picture value.picture "HERO" as shown %}.

    Gives None for no picture or one whose file is gone.
    """
    return pictures.ready(picture, getattr(pictures, size)) if picture else None


@register.filter
def focus_class(picture: Picture | None) -> str:
    """Name the class that keeps a cropped picture's focal point in sight: focus-y-80.

    Args:
        picture: a Wagtail image, with or without a focal point; None gives no class.
    """
    if not picture or picture.focal_point_y is None or not picture.height:
        return ""
    tenths = round(10 * picture.focal_point_y / picture.height)
    return f"focus-y-{min(max(tenths, 0), 10) * 10}"

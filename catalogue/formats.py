"""Money, weights and numbers as the reader's language writes them; parts that must not part are tied."""

from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

NBSP = "\u00a0"
GRAMS_IN_KILO = 1000
MILLILITRES_IN_LITRE = 1000


def vnd(amount: Decimal | float | str | None) -> str:
    """Write whole đồng in the reader's way: 1.250.000 ₫, on English pages 1,250,000 ₫."""
    if amount is None or amount == "":
        return ""
    return f"{format_number(Decimal(str(amount)), decimals=0)}{NBSP}₫"


def of_units(amount: Decimal, currency: str) -> str:
    """Write a sum given in the smallest unit of another currency: 1234 of SGD is 12,34 SGD."""
    whole = amount.scaleb(-get_currency_precision(currency))
    return format_currency(whole, currency, locale=get_language() or "vi")


def weight(grams: int | None) -> str:
    """Write a weight given in grams: 500 g, 1,5 kg."""
    if not grams:
        return ""
    if grams < GRAMS_IN_KILO:
        return f"{format_number(Decimal(grams))}{NBSP}g"
    return f"{format_number(Decimal(grams) / GRAMS_IN_KILO)}{NBSP}kg"


def volume(millilitres: int | None) -> str:
    """Write a volume given in millilitres: 500 ml, 1,5 lít, on English pages 1.5 l."""
    if not millilitres:
        return ""
    if millilitres < MILLILITRES_IN_LITRE:
        return f"{format_number(Decimal(millilitres))}{NBSP}ml"
    litres = format_number(Decimal(millilitres) / MILLILITRES_IN_LITRE)
    return (_("%(litres)s lít") % {"litres": litres}).replace(" ", NBSP)


def percent(number: Decimal | float | str) -> str:
    """Write a percentage as the reader's language does: 0,8 %, on English pages 0.8%."""
    gap = NBSP if (get_language() or "vi").startswith("vi") else ""
    return f"{format_number(Decimal(str(number)))}{gap}%"


def unit(number: Decimal | float | None, name: str) -> str:
    """Join a number and its unit so that they never part at a line's end: {{ 9|unit:"km" }}."""
    if number is None or number == "":
        return ""
    return f"{format_number(Decimal(str(number)))}{NBSP}{name}"


def format_number(value: Decimal, *, decimals: int | None = None) -> str:
    """Write a number in the reader's way, with as many decimals as it has unless `decimals` says otherwise."""
    if decimals is None:
        value = value.normalize()
        decimals = max(0, -int(value.as_tuple().exponent))
    return formats.number_format(value, decimals, use_l10n=True, force_grouping=True)

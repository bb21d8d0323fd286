"""Months in addresses."""

from datetime import date

from django.urls import register_converter


class MonthConverter:
    """A month in an address: 2026-12, as its first day."""

    regex = r"20\d\d-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(f"{value}-01")

    def to_url(self, value: date) -> str:
        return f"{value:%Y-%m}"


register_converter(MonthConverter, "month")
MONTH = "<month:month>"  # in a route; whoever takes it from here has the converter registered

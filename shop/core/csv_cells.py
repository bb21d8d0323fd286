"""Tables as CSV files that spreadsheets open without running what somebody typed."""

import csv
from collections.abc import Iterable
from decimal import Decimal

from django.http import HttpResponse

# By which a spreadsheet knows what to calculate; the wide signs are those of Asian keyboards.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Cell = str | int | Decimal | None


def csv_file(rows: Iterable[Iterable[Cell]], name: str) -> HttpResponse:
    """Return a CSV file to save: UTF-8 with the mark by which Excel knows it, amounts as plain digits."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response.write("\ufeff")
    csv.writer(response).writerows([_plain(cell) for cell in row] for row in rows)
    return response


def _plain(cell: Cell) -> str:
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(FORMULA) else cell
    return "" if cell is None else f"{cell:f}" if isinstance(cell, Decimal) else str(cell)

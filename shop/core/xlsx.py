"""Tables as Excel files: numbers with a leading nought stay whole, and nothing typed becomes a formula."""

from collections.abc import Iterable
from io import BytesIO

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, TYPE_STRING

from shop.core.csv_cells import Cell

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def xlsx_file(rows: Iterable[Iterable[Cell]], name: str) -> HttpResponse:
    """Return an .xlsx file to save: texts as texts, whatever they begin with, amounts as numbers."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        cells = []
        for value in row:
            text = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
            cell = WriteOnlyCell(sheet, value=text)
            if isinstance(text, str):
                cell.data_type = TYPE_STRING
            cells.append(cell)
        sheet.append(cells)
    buffer = BytesIO()
    book.save(buffer)
    response = HttpResponse(buffer.getvalue(), content_type=MIME)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response

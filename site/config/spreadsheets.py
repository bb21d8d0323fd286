"""Tables that leave the shop as CSV, whoever wrote them: no cell is a formula to a spreadsheet.

Wagtail's reports and lists and Oscar's dashboard write what people typed as it is. Our own files are
harmless before (`shop.core.csv_cells`), and so are Wagtail's .xlsx, where a text is marked as one.
"""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from shop.core.csv_cells import FORMULA

CELL = re.compile(r'"[^"]*(?:""[^"]*)*"|[^",\r\n][^,\r\n]*')
NUMBER = re.compile(r"[+-]?\d[\d.,]*%?")


class SpreadsheetMiddleware:
    """Puts an apostrophe before each cell of a CSV file that a spreadsheet would calculate."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Look at one answer."""
        response = self.get_response(request)
        if not response.get("Content-Type", "").startswith("text/csv"):
            return response
        if isinstance(response, StreamingHttpResponse):
            # As a whole, because a piece may end inside a cell.
            response.streaming_content = [harmless(b"".join(response))]
        elif isinstance(response, HttpResponse):
            response.content = harmless(response.content)
            response["Content-Length"] = str(len(response.content))
        return response


def harmless(data: bytes) -> bytes:
    """Return a CSV file without formulas; numbers stay numbers."""
    return CELL.sub(_plain, data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def _plain(found: re.Match[str]) -> str:
    cell = found[0]
    is_quoted = cell.startswith('"')
    text = cell[1:-1] if is_quoted else cell
    if not text.startswith(FORMULA) or NUMBER.fullmatch(text):
        return cell
    return f'"\'{text}"' if is_quoted else f"'{text}"

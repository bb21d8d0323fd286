"""A statement's file as rows of texts: CSV in any encoding and with any separator, a spreadsheet, HTML, JSON, messages."""

import codecs
import csv
import json
import re
import unicodedata
from collections.abc import Callable
from html.parser import HTMLParser
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _

from shop.payment.bank.statement import Unreadable, columns, messages, spreadsheets
from shop.payment.bank.statement.spreadsheets import MAX_CELLS, MAX_ROWS

MAX_CHARACTERS = 5_000  # in a cell: the longest memo that is kept has 500
SEPARATORS = ",;\t|"
SNIFFED = 60_000  # characters that show which sign separates the cells
CELLS = 3  # that a row of a table has at least
KNOWN = 3  # headings that make a table, and no messages
FEW = 8  # bytes, too few to say how they are written
UNKEPT = re.compile("[\x00\ud800-\udfff]")  # NUL and halves of surrogate pairs: no database keeps them
Table = list[list[str]]


def open_file(data: bytes) -> Table:
    """Return the rows of a statement; of several sheets, or ways to cut it, the one whose headings say most.

    Raises:
        Unreadable: no statement, with what to do.
    """
    found = tables(data, known=_headings_known, otherwise=_from_messages)
    return max(map(_checked, found), key=_headings_known, default=[])


def tables(
    data: bytes, *, known: Callable[[Table], int], otherwise: Callable[[str, Table], Table] | None = None
) -> list[Table]:
    """Return the sheets of a workbook, or the one table of a text, of a page or of JSON.

    Args:
        data: the file.
        known: how many headings of a table are known: a text is cut at the sign by which most are.
        otherwise: what else a text and the table it was cut into may be.

    Raises:
        Unreadable: none of these, with what to do.
    """
    if data.startswith(b"%PDF"):
        raise Unreadable(_("Đây là tệp PDF. Hãy tải sao kê dưới dạng Excel hoặc CSV."))
    if data.startswith(spreadsheets.ZIP):
        return spreadsheets.xlsx(data)
    if data.startswith(spreadsheets.OLE):
        return spreadsheets.xls(data)
    return [_table(decode(data), known, otherwise)]


def from_text(text: str) -> Table:
    """Return the rows of a statement that is a text: CSV, a web page, JSON or messages. Raises Unreadable."""
    return _checked(_table(text, _headings_known, _from_messages))


def decode(data: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 or Windows' Vietnamese code page, composed (NFC).

    Raises:
        Unreadable: a binary file.
    """
    text = _text(data)
    if "\x00" in text:
        raise Unreadable(_("Đây không phải tệp chữ."))
    return unicodedata.normalize("NFC", text)


def to_csv(rows: Table) -> str:
    """Return the rows as the CSV that is kept until they are taken."""
    file = StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue()


def from_csv(text: str, separator: str = ",") -> Table:
    """Return the rows of CSV.

    Raises:
        Unreadable: quotes that never end, or cells without end.
    """
    try:
        rows = csv.reader(StringIO(text, newline=""), delimiter=separator)
        return [[cell.strip() for cell in row] for row in rows]
    except csv.Error as error:
        raise Unreadable(_("Tệp CSV hỏng.")) from error


def _checked(rows: Table) -> Table:
    if len(rows) > MAX_ROWS:
        raise Unreadable(_("Tệp dài quá %(limit)d dòng. Hãy chia theo kỳ.") % {"limit": MAX_ROWS})
    return [
        [checked_cell(text, number) for text in row[:MAX_CELLS]] for number, row in enumerate(rows, start=1)
    ]


def checked_cell(text: str, number: int) -> str:
    """Return a cell as it can be kept. Raises Unreadable: too long, or with signs that are none."""
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(
            _("Dòng %(row)d có ô dài quá %(limit)d ký tự, không phải sao kê.")
            % {"row": number, "limit": MAX_CHARACTERS}
        )
    if UNKEPT.search(text):
        raise Unreadable(
            _("Dòng %(row)d có ký tự hỏng. Hãy tải lại tệp từ ngân hàng, hoặc xoá ô đó.") % {"row": number}
        )
    return unicodedata.normalize("NFC", text)


def _text(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    head = data[:400]
    for place, name in ((1, "utf-16-le"), (0, "utf-16-be")):  # without a mark: every other byte is zero
        if len(head) >= FEW and head[place::2].count(0) > len(head) // 4:
            return data.decode(name, errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1258", errors="replace")  # what Excel writes on a Vietnamese Windows


def _from_markup(text: str) -> Table | None:
    """Return the rows of a page or of JSON; None where a text is neither."""
    start = text.lstrip()
    if start[:1] == "<" and "<t" in start.lower():
        return _from_html(text)
    return _from_json(start) if start[:1] in {"[", "{"} else None


def _table(
    text: str, known: Callable[[Table], int], otherwise: Callable[[str, Table], Table] | None
) -> Table:
    """Return the one table of a text; arguments as those of `tables`."""
    if (table := _from_markup(text)) is not None:
        return table
    rows = _cut(text, known)
    return otherwise(text, rows) if otherwise else rows


def _cut(text: str, known: Callable[[Table], int]) -> Table:
    """Return the rows of a text, cut at the sign that makes the most of a table of it."""
    lines = text.split("\n", 1)
    if lines[0].strip().lower().startswith("sep=") and len(lines) > 1:  # Excel's own hint
        text = lines[1]
    return from_csv(text, max(SEPARATORS, key=lambda sign: _tidiness(text[:SNIFFED], sign, known)))


def _from_messages(text: str, rows: Table) -> Table:
    """Return the rows that a bank's messages on a telephone make, where the text is no table."""
    is_table = columns.recognise(rows).complete or _headings_known(rows) >= KNOWN
    return rows if is_table else messages.table(text) or rows


def _tidiness(text: str, separator: str, known: Callable[[Table], int]) -> tuple[int, int]:
    """Return how much of a table the text is when cut at a sign: headings known, rows of three cells or more."""
    try:
        rows = from_csv(text, separator)
    except Unreadable:
        return 0, 0
    return known(rows), sum(len(row) >= CELLS for row in rows)


def _headings_known(rows: Table) -> int:
    found = columns.recognise(rows).as_json()
    return sum(found[name] is not None for name in found if name not in {"heading", "unsigned", "fees"})


def _from_json(text: str) -> Table | None:
    """Return a list of objects as rows; the list may stand inside an object, as an app's answer has it."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    items = _list_of_objects(found)
    if not items:
        return None
    names = list(dict.fromkeys(str(name) for item in items[:100] for name in item))
    return [names] + [[_word(item.get(name)) for name in names] for item in items]


def _list_of_objects(found: Any, depth: int = 3) -> list[dict[str, Any]]:
    if isinstance(found, list):
        return [item for item in found if isinstance(item, dict)]
    if isinstance(found, dict) and depth:
        inner = (_list_of_objects(value, depth - 1) for value in found.values())
        return max(inner, key=len, default=[])
    return []


def _word(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return spreadsheets.number(value) if isinstance(value, int | float) else value


def _from_html(text: str) -> Table:
    """Return the rows of all tables on a page: what some banks name .xls."""
    page = _Page()
    page.feed(text)
    page.close()
    return page.rows


class _Page(HTMLParser):
    """Collects the cells of tables."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: Table = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")
            self._open = True
        elif tag == "br":
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data

"""A carrier's file as rows of texts: opened as a bank's statement is, all sheets below each other."""

from django.utils.translation import gettext as _

from shop.ledger.remittances import columns
from shop.payment.bank.statement import Unreadable
from shop.payment.bank.statement.files import checked_cell, tables

MAX_ROWS = 5_000
MAX_CELLS = 40
Rows = list[list[str]]


def read(data: bytes) -> Rows:
    """Return the rows of a file, all sheets below each other. Raises Unreadable, with what to do."""
    rows = [row for table in tables(data, known=columns.headings_known) for row in table]
    if len(rows) > MAX_ROWS:
        raise Unreadable(_("Tệp dài quá %(limit)d dòng. Hãy chia theo kỳ.") % {"limit": MAX_ROWS})
    return [
        [checked_cell(text, number).strip() for text in row[:MAX_CELLS]]
        for number, row in enumerate(rows, start=1)
    ]

"""The rows of a statement as transactions; nothing is stored here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from shop.payment.bank.amounts import Sum, is_nothing, moment, written
from shop.payment.bank.memo import codes_in
from shop.payment.bank.statement.columns import Columns, Rows, cell, is_heading
from shop.payment.bank.statement.directions import side_of_cell
from shop.payment.bank.statement.spreadsheets import NO_RESULT
from shop.payment.bank.statement.telling_apart import told_apart
from shop.payment.bank.statement.words import begins, has, words
from shop.payment.bank.transactions import IN, OUT, BankTransaction, is_mangled

MAX_MEMO = 500
TOTALS = (
    "tong", "cong phat sinh", "cong doanh so", "cong so", "cong", "phat sinh trong ky", "so du", "du dau", "du cuoi",
    "total", "totals", "sum", "opening balance", "closing balance", "ending balance", "balance", "ngay gio in",
    "printed date",
)  # fmt: skip
DATED_TOTALS = (
    "tong cong", "tong so", "tong tien", "tong phat sinh", "tong ghi", "tong no", "tong co", "tong thu", "tong chi",
    "tong gia tri", "tong doanh", "tong giao dich", "cong phat sinh", "cong doanh so", "total", "totals", "subtotal",
    "sub total", "grand total",
)  # fmt: skip
DONE = ("thanh cong", "success", "successful", "succeeded", "completed", "complete", "hoan thanh", "hoan tat", "posted",
        "booked", "settled", "paid", "approved", "done", "da thanh toan", "da hach toan", "da ghi so")  # fmt: skip
NOT_DONE = ("that bai", "khong thanh cong", "chua thanh cong", "failed", "fail", "failure", "unsuccessful", "huy",
            "da huy", "cancelled", "canceled", "pending", "dang xu ly", "cho xu ly", "cho", "rejected", "tu choi",
            "declined", "error", "loi", "expired", "het han", "chua thanh toan", "unpaid")  # fmt: skip
PAID_TO_US, GIVEN_BACK = (
    ("thanh toan", "payment", "sale", "purchase"),
    ("hoan tien", "hoan tra", "refund", "refunded"),
)
DONG = frozenset({"vnd", "vnđ", "đ", "đồng", "₫", "dong"})


@dataclass(frozen=True)
class Row:
    """One row of the table: a transaction, or why it is none."""

    number: int  # in the file, from 1
    line: BankTransaction | None = None
    problem: str = ""


@dataclass(frozen=True)
class _Habits:
    """How a file writes signs: whether a sum without one is money in, whether debits stand with both signs."""

    plain_is_in: bool
    debit_has_both: bool


class _Unclear(ValueError):
    """A row that cannot be read; the message is for staff."""


def read(rows: Rows, columns: Columns, *, account: str) -> list[Row]:
    """Return what each row below the heading says; sums, headings and rows without a sum are left out."""
    habits = _habits(rows, columns)
    found: list[Row] = []
    day: datetime | None = None
    for number, cells in enumerate(rows[columns.heading + 1 :], start=columns.heading + 2):
        if _is_no_transaction(cells, columns):
            _add_to_memo(found, cells, columns)
            continue
        try:
            _refuse_doubtful_total(cells, columns)
            at, reference = _when(cells, columns)
            day = at or day
            line = _transaction(cells, columns, account, habits)
            if line is not None:
                found.append(Row(number, replace(line, at=at or _midnight(day), reference=reference)))
        except _Unclear as why:
            found.append(Row(number, problem=str(why)))
    lines = iter(told_apart([row.line for row in found if row.line]))
    return [replace(row, line=next(lines)) if row.line else row for row in found]


def _is_no_transaction(cells: Sequence[str], columns: Columns) -> bool:
    """Return whether a row is empty, a sum, a heading, or a payment that failed."""
    sums = [cell(cells, place) for place in (columns.credit, columns.debit, columns.amount, *columns.fees)]
    if not any(any(char.isdigit() for char in text) or not is_nothing(text) for text in sums):
        return True
    if _is_total(cells, columns) or is_heading(cells):
        return True
    state = words(cell(cells, columns.status))
    return has(state, NOT_DONE)


def _is_dated_total(cells: Sequence[str], columns: Columns) -> bool:
    """Return whether a row with a day adds others up, as far as its words tell; companies are "tổng công ty"."""
    reference = cell(cells, columns.reference) if columns.reference != columns.date else ""
    found = words(cell(cells, columns.memo))
    if reference or begins(found, ("tong cong ty",)):
        return False
    return begins(found, DATED_TOTALS) or found in {("tong",), ("cong",), ("sum",)}


def _is_total(cells: Sequence[str], columns: Columns) -> bool:
    """Return whether a row adds others up: it has no day of its own, and says so or says nothing."""
    memo = cell(cells, columns.memo)
    if begins(words(memo), ("so du dau ky", "so du cuoi ky", "opening balance", "closing balance")):
        return True
    if columns.date is not None and _day(cells, columns) is not None:
        return False
    if _begins_like_total(cells):
        return not _may_name_order(memo)
    reference = cell(cells, columns.reference) if columns.reference != columns.date else ""
    return not (memo or reference or cell(cells, columns.order))


def _refuse_doubtful_total(cells: Sequence[str], columns: Columns) -> None:
    """Leave a row to a person that begins like a sum, has no day, and may be money for an order all the same."""
    if (
        _day(cells, columns) is None
        and _begins_like_total(cells)
        and _may_name_order(cell(cells, columns.memo))
    ):
        raise _Unclear(_("giống dòng cộng nhưng có thể có mã đơn, mà không có ngày"))


def _begins_like_total(cells: Sequence[str]) -> bool:
    return any(begins(words(text), TOTALS) for text in cells if text.strip() and not _is_sum(text))


def _may_name_order(memo: str) -> bool:
    """Return whether one word of a memo may hold an order's code."""
    return any(not code.isdigit() for word in memo.split() for code in codes_in(word))


def _transaction(
    cells: Sequence[str], columns: Columns, account: str, habits: "_Habits"
) -> BankTransaction | None:
    if _is_dated_total(cells, columns):
        raise _Unclear(_("có lẽ là dòng cộng: không có mã giao dịch, nội dung nói là tổng"))
    state = cell(cells, columns.status)
    if state and not has(words(state), DONE):
        raise _Unclear(_("trạng thái lạ: %(state)s") % {"state": state})
    currency = cell(cells, columns.currency).lower()
    if currency and currency not in DONG:
        raise _Unclear(_("không phải đồng: %(currency)s") % {"currency": currency.upper()})
    direction, amount = _movement(cells, columns, habits)
    memo = " ".join(cell(cells, columns.memo).split())[:MAX_MEMO]
    return BankTransaction(
        account=account,
        direction=direction,
        amount=amount,
        memo=memo,
        code=cell(cells, columns.order),
        name=" ".join(cell(cells, columns.name).split()),
        payer_account=cell(cells, columns.payer_account),
        balance=cell(cells, columns.balance),
    )


def _movement(cells: Sequence[str], columns: Columns, habits: "_Habits") -> tuple[str, Decimal]:
    """Return direction and sum of a row; a row in which only a fee moved is that fee."""
    if columns.amount is not None:
        return _by_one_column(cells, columns, habits)
    credit, debit = _sum(cell(cells, columns.credit)), _sum(cell(cells, columns.debit))
    if credit and debit:
        raise _Unclear(_("có cả tiền vào lẫn tiền ra"))
    if credit < 0:
        raise _Unclear(_("số âm ở cột tiền vào: ngân hàng ghi lại một khoản trước"))
    if debit < 0 and habits.debit_has_both:
        raise _Unclear(_("số âm ở cột tiền ra: ngân hàng ghi lại một khoản trước"))
    if credit or debit:
        return (IN, credit) if credit else (OUT, abs(debit))
    fees = [fee for place in columns.fees if (fee := _sum(cell(cells, place)))]
    if not fees:
        raise _Unclear(_("số tiền bằng 0"))
    if any(fee > 0 for fee in fees):
        raise _Unclear(_("không rõ phí hay lãi này là tiền vào hay tiền ra"))
    return OUT, abs(sum(fees, Decimal(0)))


def _by_one_column(cells: Sequence[str], columns: Columns, habits: "_Habits") -> tuple[str, Decimal]:
    """Return direction and sum where all sums stand in one column."""
    found = _written(cell(cells, columns.amount))
    if not found.amount:
        raise _Unclear(_("số tiền bằng 0"))
    signed = {"+": IN, "-": OUT}.get(found.sign, "")
    said = _said(cell(cells, columns.direction), columns)
    if signed and said and signed != said:
        raise _Unclear(_("dấu và cột chiều nói ngược nhau"))
    direction = said or signed
    if not direction and columns.direction is None:
        direction = columns.unsigned or (IN if habits.plain_is_in else "")
    if not direction:
        raise _Unclear(_("không rõ tiền vào hay tiền ra"))
    return direction, found.amount


def _said(text: str, columns: Columns) -> str:
    """Return what the column for the direction says; a merchant's report speaks of payments and refunds."""
    side = side_of_cell(text)
    if side or not columns.unsigned:
        return side
    if has(words(text), GIVEN_BACK):
        return OUT
    return IN if has(words(text), PAID_TO_US) else ""


def _habits(rows: Rows, columns: Columns) -> _Habits:
    """Look through the file: sums without a sign are money in where money out has a minus, and nothing a plus."""
    amounts, debits = _signs(rows, columns, columns.amount), _signs(rows, columns, columns.debit)
    return _Habits("-" in amounts and "+" not in amounts, "-" in debits and len(debits) > 1)


def _signs(rows: Rows, columns: Columns, place: int | None) -> set[str]:
    """Return the signs of a column's sums other than 0."""
    texts = (cell(cells, place) for cells in rows[columns.heading + 1 :])
    sums = (written(text) for text in texts if text and not is_nothing(text) and _is_sum(text))
    return {found.sign for found in sums if found.amount}


def _when(cells: Sequence[str], columns: Columns) -> tuple[datetime | None, str]:
    """Return the time of a row, and its reference, which may share the cell of the day."""
    reference = cell(cells, columns.reference).lstrip("'")
    if columns.reference is not None and columns.reference == columns.date:
        parts = [part.strip() for part in reference.split("\n")]
        reference = " ".join(part for part in parts if moment(part) is None)
    if is_mangled(reference):
        raise _Unclear(_("mã giao dịch bị bảng tính đổi thành số; hãy tải lại tệp từ ngân hàng"))
    if not any(char.isdigit() for char in reference):
        reference = ""
    at = _day(cells, columns)
    if at is None and cell(cells, columns.date):
        raise _Unclear(_("không đọc được ngày"))
    return at, " ".join(reference.split())


def _day(cells: Sequence[str], columns: Columns) -> datetime | None:
    """Return the time in a row's cell for the day, of which a second line may be something else."""
    text, time = cell(cells, columns.date), cell(cells, columns.time)
    if time and (at := moment(f"{text} {time}")):
        return at
    parts = (text, *text.split("\n"))
    return next((at for part in parts if (at := moment(part))), None)


def _midnight(day: datetime | None) -> datetime | None:
    """Return the day of the row above, for a row that leaves it blank."""
    return day and day.replace(hour=0, minute=0, second=0)


def _sum(text: str) -> Decimal:
    if is_nothing(text):
        return Decimal(0)
    found = _written(text)
    return -found.amount if found.sign == "-" else found.amount


def _written(text: str) -> Sum:
    """Return the sum of a cell. Raises _Unclear."""
    if text == NO_RESULT:
        raise _Unclear(
            _("số tiền là công thức mà tệp không ghi kết quả; hãy mở tệp bằng bảng tính, lưu lại rồi nhập")
        )
    try:
        return written(text)
    except ValueError as error:
        raise _Unclear(_("không đọc được số tiền")) from error


def _is_sum(text: str) -> bool:
    try:
        return bool(written(text))
    except ValueError:
        return False


def _add_to_memo(found: list[Row], cells: Sequence[str], columns: Columns) -> None:
    """Add a row that goes on with the memo of the one above: nothing but words in that column."""
    memo = cell(cells, columns.memo)
    last = found[-1].line if found else None
    others = (text for place, text in enumerate(cells) if place != columns.memo)
    if last and memo and not any(text.strip() for text in others) and not begins(words(memo), TOTALS):
        found[-1] = replace(found[-1], line=replace(last, memo=f"{last.memo} {memo}"[:MAX_MEMO]))

"""What a column's heading says that it holds, by whole words in Vietnamese and English."""

from shop.payment.bank.statement.directions import BOTH, side_of
from shop.payment.bank.statement.words import begins, has, place, words
from shop.payment.bank.transactions import IN, OUT

DATE, TIME, REFERENCE, MEMO, CREDIT, DEBIT, AMOUNT, DIRECTION = (
    "date", "time", "reference", "memo", "credit", "debit", "amount", "direction",
)  # fmt: skip
FEE, STATUS, ORDER, NAME, PAYER_ACCOUNT, ACCOUNT, CURRENCY, BALANCE, NUMBER, STORE = (
    "fee", "status", "order", "name", "payer_account", "account", "currency", "balance", "number", "store",
)  # fmt: skip
Role = str
NUMBERS = frozenset({"stt", "tt", "no", "so tt", "so thu tu", "stt no", "line", "line no", "row", "s no", "sr no", "sl no"})  # fmt: skip
SKIPPED = (
    "so dien thoai", "dien thoai", "phone", "giam gia", "discount", "truoc km", "truoc khuyen mai", "gross",
    "don hang goc", "giao dich goc", "original",
)  # fmt: skip
SUMS = ("tong", "total", "cong")
BALANCES = ("so du", "balance", "du cuoi", "du dau", "accumulated", "luy ke", "con lai", "sd")
CHANGES = ("bien dong", "so tien bien dong", "thay doi", "change", "changes", "balance change")
LATER = ("sau", "after")
DATES = (  # the best first; then, of LATER_DATES, when it counts and when it was booked
    "ngay giao dich", "ngay gd", "transaction date", "ngay phat sinh", "tnx date", "txn date", "trans date",
    "thoi gian giao dich", "thoi gian gd", "thoi gian", "date time", "datetime", "transaction time",
    "ngay gio", "thoi diem", "when", "ngay thuc hien", "ngay", "date",
)  # fmt: skip
DATE_WORDS = ("ngay", "date", "dt", "thoi gian", "thoi diem", "datetime", "when", "time", "gio")
LATER_DATES = ("hieu luc", "effective", "value", "posting", "hach toan", "booking", "ghi so")
TIMES = frozenset({"gio", "time", "gio giao dich", "hour", "gio gd", "gio phut"})
OTHERS = (
    "doi ung", "doi tac", "thu huong", "nguoi chuyen", "nguoi nhan", "nguoi gui", "nguoi tra", "ben chuyen",
    "remitter", "remitters", "beneficiary", "counterparty", "counter", "payer", "payee", "sender", "receiver",
    "corresponsive", "tai khoan dich", "khach hang", "customer", "ten don vi",
)  # fmt: skip
OTHERS_ACCOUNT = ("so tai khoan", "tai khoan", "so tk", "stk", "account", "account number", "account no")
OTHERS_BANK = ("ngan hang", "nh", "bank")
OTHERS_NAME = ("ten", "name", "ho ten")
ACCOUNTS = ("so tai khoan", "tai khoan", "so tk", "stk", "tk", "account", "acc")
ACCOUNT_NUMBERS = ("so tai khoan", "so tk", "account number", "account no")
CURRENCIES = ("loai tien", "tien te", "currency", "ccy", "nguyen te", "don vi tien", "ma tien")
STATUSES = ("trang thai", "status", "tinh trang", "ket qua", "result")
FEES = ("phi", "fee", "fees", "charge", "charges", "thue", "vat", "tax")
KINDS = (
    "thay doi", "change", "dau", "sign", "chieu", "direction", "loai giao dich", "loai gd", "kieu giao dich",
    "kieu gd", "loai", "kieu", "type", "indicator", "cdt dbt", "transfer type", "transaction type", "dc", "cd", "drcr",
    "crdr", "d c", "c d", "dr cr", "cr dr",
)  # fmt: skip
ORDER_CODES = ("ma don hang", "ma hoa don", "ma don", "so hoa don", "order id", "order code", "order no")
ORDERS = (*ORDER_CODES, "don hang", "order", "invoice", "bill")
STORES = ("ma cua hang", "cua hang", "ma diem thu", "diem thu", "diem ban", "store", "merchant", "terminal")
REFERENCES = (
    "ma giao dich", "so tham chieu", "ma tham chieu", "so but toan", "ma but toan", "so chung tu",
    "ma chung tu", "ma gd", "so gd", "so giao dich", "so ct", "ma ct", "ma ft", "so ft", "reference number",
    "reference no", "reference", "transaction id", "transaction no", "transaction number", "transaction ref",
    "transaction code", "txn id", "txn no", "trans id", "trans no", "ref no", "ref", "document no",
    "document number", "doc no", "voucher no", "trace no", "trace", "id giao dich", "ma tra soat", "so lenh",
    "journal", "tid",
)  # fmt: skip
MEMOS = (
    "noi dung chi tiet", "noi dung giao dich", "noi dung", "dien giai", "mo ta giao dich", "mo ta",
    "transaction description", "description", "transaction details", "transactions in detail", "details",
    "detail", "narrative", "remark", "remarks", "content", "memo", "particulars", "chi tiet giao dich",
    "chi tiet", "thong tin giao dich", "loi nhan", "message", "ly do", "ghi chu", "note", "notes", "rmt inf",
)  # fmt: skip
AMOUNTS = (
    "so tien sau km", "sau km", "sau khuyen mai", "so tien giao dich", "transaction amount", "so tien gd",
    "so tien", "amount", "gia tri giao dich", "gia tri", "bien dong", "thanh tien", "phat sinh", "value", "sum", "amt",
)  # fmt: skip
EXACT_REFERENCES = frozenset({"id", "ma", "so"})
EXACT_MEMOS = frozenset({"giao dich", "ten giao dich", "transaction"})


def role_of(heading: str) -> tuple[Role, int] | None:
    """Return what a heading's column holds, and how well the heading says so (0 is best); None: nothing we read."""
    found = words(heading)
    line = " ".join(found)
    if heading.strip() in {"+/-", "+ / -", "±", "+/−", "-/+"}:
        return DIRECTION, 0
    if heading.strip() == "#" or (line in NUMBERS and not side_of(heading)):
        return NUMBER, 0
    if not found or begins(found, SUMS) or has(found, SKIPPED):
        return None
    if has(found, BALANCES):
        return (AMOUNT, len(AMOUNTS)) if _is_change(found) else (BALANCE, 0)
    if has(found, DATE_WORDS):
        return _date(found, line)
    return _order_code(found) or _party(found) or _kind(heading, found) or _text(found, line)


def names_reference(heading: str) -> bool:
    """Return whether a heading names a reference, too: "Ngày/ TNX Date/ Số CT/ Doc No"."""
    return has(words(heading), REFERENCES)


def _is_change(found: tuple[str, ...]) -> bool:
    """Return whether "Biến động số dư" is meant, what moved, and not "Số dư sau biến động", what was there then."""
    return begins(found, CHANGES) and not has(found, LATER)


def _date(found: tuple[str, ...], line: str) -> tuple[Role, int]:
    if line in TIMES:
        return TIME, 0
    later = None if has(found, DATES[:3]) else place(found, LATER_DATES)
    if later is not None:
        return DATE, len(DATES) + later
    rank = place(found, DATES)
    return DATE, len(DATES) if rank is None else rank


def _order_code(found: tuple[str, ...]) -> tuple[Role, int] | None:
    """Return whether the heading names an order's code: also "Mã đơn hàng đối tác", which is no partner."""
    rank = place(found, ORDER_CODES)
    return None if rank is None else (ORDER, rank)


def _party(found: tuple[str, ...]) -> tuple[Role, int] | None:
    """Return what the heading says of the payer, of an account, or of the state of a row."""
    if has(found, OTHERS):
        if has(found, OTHERS_BANK) and not has(found, OTHERS_ACCOUNT):
            return None
        if has(found, OTHERS_NAME):
            return NAME, 0
        return (PAYER_ACCOUNT, 0) if has(found, OTHERS_ACCOUNT) else (NAME, 1)
    if has(found, STATUSES):
        return STATUS, 0
    if has(found, CURRENCIES) and not has(found, ("so tien", "amount")):
        return CURRENCY, 0
    return (ACCOUNT, 0) if begins(found, ACCOUNTS) or has(found, ACCOUNT_NUMBERS) else None


def _kind(heading: str, found: tuple[str, ...]) -> tuple[Role, int] | None:
    """Return what the heading says of sums and their direction."""
    side = side_of(heading)
    if side == BOTH:
        return DIRECTION, 0
    if has(found, FEES) and not side:
        return FEE, 0
    if side in {IN, OUT} and not has(found, (*REFERENCES, *MEMOS)):
        return CREDIT if side == IN else DEBIT, 0
    rank = place(found, KINDS)
    if rank is not None and not has(found, (*REFERENCES, *MEMOS, *AMOUNTS)):
        return DIRECTION, 1 + rank
    return None


def _text(found: tuple[str, ...], line: str) -> tuple[Role, int] | None:
    if line in EXACT_MEMOS:
        return MEMO, len(MEMOS)
    worth = has(found, ("gia tri", "so tien", "amount", "value"))  # "Giá trị đơn hàng" is a sum
    for role, phrases in (
        (ORDER, () if worth else ORDERS),
        (STORE, STORES),
        (REFERENCE, REFERENCES),
        (MEMO, MEMOS),
        (AMOUNT, AMOUNTS),
    ):
        rank = place(found, phrases)
        if rank is not None:
            return role, rank
    return (REFERENCE, len(REFERENCES)) if line in EXACT_REFERENCES else None

"""A bank statement uploaded by staff: looked at first, then taken in batches, here and by the timer."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.core.actors import Actor, in_shop_language
from shop.payment.bank import storing
from shop.payment.bank.matching import take
from shop.payment.bank.statement import Unreadable, columns, files
from shop.payment.bank.statement.columns import Columns
from shop.payment.bank.statement.reading import Row, read
from shop.payment.bank.transactions import BankTransaction, plain
from shop.payment.models import BankAccount, BankLine, BankStatement
from shop.timer.jobs import only_one

BATCH = 100  # rows in one transaction
PREVIEWED = 200  # rows that are looked up for the preview
NAMED = 30  # rows that could not be read and whose places are kept
AT_ONCE_S = 3  # so long a page takes rows, the rest is the timer's
Table = list[list[str]]
S, R = BankLine.State, BankLine.Reason


@dataclass(frozen=True)
class Verdict:
    """What will become of one row: `is_new` where it will be taken."""

    number: int
    shown: BankTransaction | None
    words: str
    is_new: bool = False
    order: str = ""  # the code of the order that it names


@dataclass(frozen=True)
class Preview:
    """A statement as it would be taken: the first rows, those that cannot be read, and how many there are."""

    verdicts: list[Verdict]
    unreadable: list[Row]
    lines: int
    problem: str = ""  # why none may be taken

    @property
    def may_confirm(self) -> bool:
        """Return whether there is something to take."""
        return bool(self.lines) and not self.problem


def upload(*, account: BankAccount, name: str, rows: Table, by: Actor) -> BankStatement:
    """Keep an uploaded statement with the columns that were recognised, to be looked at; nothing is taken yet."""
    return BankStatement.objects.create(
        account=account,
        name=name[:120],
        text=files.to_csv(rows),
        columns=columns.recognise(rows).as_json(),
        by=by.user,
    )


def rows_of(sheet: BankStatement) -> Table:
    """Return the rows; an earlier release has kept the file's own text, whatever separates its cells.

    Raises:
        Unreadable: no table in the text of an earlier release.
    """
    if "amount" in sheet.columns or not sheet.text:
        return files.from_csv(sheet.text)
    return files.from_text(sheet.text)


def columns_of(sheet: BankStatement, rows: Table) -> Columns:
    """Return where what stands; one that an earlier release has kept is recognised anew."""
    return Columns.stored(sheet.columns) if "amount" in sheet.columns else columns.recognise(rows)


def preview(sheet: BankStatement) -> Preview:
    """Return what would become of the rows."""
    rows, found, problem = _table(sheet)
    if problem or not found.complete:
        return Preview([], [], 0, problem)
    read_rows = read(rows, found, account=sheet.account.number)
    good = [row for row in read_rows if row.line]
    return Preview(
        verdicts=list(_verdicts(good[:PREVIEWED], sheet)),
        unreadable=[row for row in read_rows if row.problem][:PREVIEWED],
        lines=len(good),
    )


def choose_columns(sheet: BankStatement, rows: Table, chosen: Columns) -> None:
    """Read a statement by the columns that staff have chosen, from now on."""
    open_ones = BankStatement.objects.filter(pk=sheet.pk, confirmed_at=None, queued_at=None)
    open_ones.update(columns=chosen.as_json(), text=files.to_csv(rows))


def confirm(*, sheet_id: int, by: Actor) -> BankStatement:
    """Begin to take every row, the first at once, the rest by the timer; a second press changes nothing."""
    sheet = BankStatement.objects.select_related("account").get(pk=sheet_id)
    if sheet.queued_at is None and sheet.confirmed_at is None:
        rows, found, problem = _table(sheet)
        if problem or not found.complete:
            return sheet
        total = sum(row.line is not None for row in read(rows, found, account=sheet.account.number))
        waiting = BankStatement.objects.filter(pk=sheet_id, queued_at=None)
        waiting.update(
            queued_at=timezone.now(),
            total=total,
            text=files.to_csv(rows),
            columns=found.as_json(),
            by=by.user,
        )
    run(sheet_id=sheet_id, seconds=AT_ONCE_S)
    sheet.refresh_from_db()
    return sheet


def run_queued(*, seconds: float) -> int:
    """Go on with the statements that wait, for so many seconds in all; return how many are done."""
    until = time.monotonic() + seconds
    queued = BankStatement.objects.filter(queued_at__isnull=False, confirmed_at=None).order_by("pk")
    done = 0
    for pk in list(queued.values_list("pk", flat=True)):
        left = until - time.monotonic()
        done += left > 0 and run(sheet_id=pk, seconds=left)
    return done


@in_shop_language
def run(*, sheet_id: int, seconds: float) -> bool:
    """Take rows where the last process stopped, for so long; return whether all are taken.

    Each batch is one transaction; killed anywhere, the batch is taken again, and what is in is known by then.
    """
    with only_one(f"statement-{sheet_id}") as ours:
        sheet = BankStatement.objects.select_related("account").get(pk=sheet_id)
        if not ours or sheet.queued_at is None or sheet.confirmed_at:
            return bool(sheet.confirmed_at)
        until = time.monotonic() + seconds
        rows = _rows(sheet)
        lines = [row.line for row in rows if row.line]
        taken = sheet.taken
        for batch in _batches(lines[taken:]):
            take(batch, source=BankLine.Source.STATEMENT, statement=sheet.pk)
            taken += len(batch)
            BankStatement.objects.filter(pk=sheet.pk).update(taken=taken)
            if taken < len(lines) and time.monotonic() > until:
                return False
        _finish(sheet, rows)
    return True


def _table(sheet: BankStatement) -> tuple[Table, Columns, str]:
    """Return the rows, where what stands, and why no row may be taken."""
    try:
        rows = rows_of(sheet)
    except Unreadable as why:
        return [], Columns(), str(why)
    found = columns_of(sheet, rows)
    return rows, found, _problem(rows, found, sheet.account) if found.complete else ""


def _problem(rows: Table, found: Columns, account: BankAccount) -> str:
    """Return why no row may be taken; also where the file names another account of ours, and not this one."""
    above = plain(" ".join(cell for row in rows[: found.heading] for cell in row))
    others = BankAccount.objects.exclude(number=account.number)
    named = next((other for other in others if other.number in above), None)
    if named and account.number not in above:
        return _("Sao kê này là của tài khoản %(account)s. Hãy tải lên lại và chọn tài khoản đó.") % {
            "account": named
        }
    return columns.problem(rows, found)


def _rows(sheet: BankStatement) -> list[Row]:
    rows = files.from_csv(sheet.text)
    return read(rows, columns_of(sheet, rows), account=sheet.account.number)


def _batches(lines: Sequence[BankTransaction]) -> Iterator[list[BankTransaction]]:
    left = iter(lines)
    while batch := list(islice(left, BATCH)):
        yield batch


def _finish(sheet: BankStatement, rows: Sequence[Row]) -> None:
    """Note what became of the rows, and let the text go, which names strangers."""
    total, unread = sum(row.line is not None for row in rows), [row.number for row in rows if row.problem]
    counts = BankLine.objects.filter(statement=sheet).aggregate(
        matched=Count("pk", filter=Q(direction="in", state=S.MATCHED)),
        waiting=Count("pk", filter=Q(state__in=[S.WAITING, S.NEW])),
        out=Count("pk", filter=Q(direction="out") & ~Q(state__in=[S.WAITING, S.DUPLICATE])),
        duplicate=Count("pk", filter=Q(state=S.DUPLICATE)),
        all=Count("pk"),
    )
    total_of = counts.pop("all")
    counts["skipped"] = total - total_of + counts.pop("duplicate")
    counts |= {"unread": len(unread), "unread_rows": unread[:NAMED]}
    open_ones = BankStatement.objects.filter(pk=sheet.pk, confirmed_at=None)
    open_ones.update(confirmed_at=timezone.now(), counts=counts, text="", taken=total, total=total)


def _verdicts(rows: Sequence[Row], sheet: BankStatement) -> Iterator[Verdict]:
    lines = [row.line for row in rows if row.line]
    if not lines:
        return
    known = storing.look_up(lines, source=BankLine.Source.STATEMENT, statement=sheet.pk)
    seen: set[int] = set()
    for row in rows:
        if row.line:
            line = storing.judge(row.line, known)
            is_new = line.pk is None and id(line) not in seen
            seen.add(id(line))
            named = known.orders_in(row.line)
            order = named[0] if line.state == S.NEW and named and is_new else ""
            yield Verdict(row.number, row.line, _words(line, is_new), is_new, order)


def _words(line: BankLine, is_new: bool) -> str:
    """Return what will become of a row."""
    if not is_new:
        return _("đã có: bỏ qua")
    if line.state == S.DUPLICATE:
        return _("đã có theo tin báo không kèm mã ngân hàng: bỏ qua")
    if line.state == S.WAITING:
        return _("mới, %(why)s: chờ người xem") % {"why": line.get_reason_display()}
    if line.refund:
        return _("tiền ra: hoàn cho đơn %(code)s") % {"code": line.refund.payment.order.number}
    return _("mới") if line.is_in else _("tiền ra: ghi lại")

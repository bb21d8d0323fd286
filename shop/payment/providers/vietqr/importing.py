"""A bank statement handed in by staff: looked at first, then taken line by line like notifications."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.order.models import Order
from shop.payment.models import BankAccount, BankStatement, Inbox
from shop.payment.providers.vietqr import statement, telling_twice
from shop.payment.providers.vietqr.lines import BankLine, likeness
from shop.payment.providers.vietqr.matching import take
from shop.payment.providers.vietqr.memo import codes_in


@dataclass(frozen=True)
class Verdict:
    """What will become of one row: `line` is set where it will be taken."""

    number: int
    shown: BankLine | None
    words: str
    line: BankLine | None = None
    order: str = ""  # the code of the order that it names
    told_as: str = ""  # the key of the notice that told of it without the bank's id


def hand_in(*, account: BankAccount, name: str, text: str, rows: list[list[str]], by: Any) -> BankStatement:
    """Keep a statement with the columns that were recognised, to be looked at; nothing is taken yet."""
    columns = asdict(statement.recognise(rows))
    return BankStatement.objects.create(account=account, name=name[:120], text=text, columns=columns, by=by)


def preview(sheet: BankStatement) -> list[Verdict]:
    """Say of each row what would become of it: new, known already, money out, or unreadable."""
    columns = statement.Columns(**sheet.columns)
    if not columns.complete:
        return []
    found = statement.read(statement.table(sheet.text), columns, account=sheet.account.number)
    coming = [row.line for row in found if row.line and row.line.amount > 0]
    keys = [line.key for line in coming]
    known = set(Inbox.objects.filter(kind=Inbox.Kind.BANK, key__in=keys).values_list("key", flat=True))
    known |= telling_twice.named(keys)
    notices, orders = telling_twice.notices(sheet.account.number), _orders(coming)
    verdicts = []
    for row in found:
        verdicts.append(_verdict(row, known, notices, orders))
        if row.line and row.line.amount > 0:
            known.add(row.line.key)
    return verdicts


def confirm(*, sheet_id: int, by: Any) -> BankStatement:
    """Take every new line, each in transactions of its own; a second press changes nothing.

    Killed in between, it is confirmed again: lines that are in are skipped as known.
    """
    sheet = BankStatement.objects.select_related("account").get(pk=sheet_id)
    if sheet.confirmed_at:
        return sheet
    verdicts = preview(sheet)
    for verdict in verdicts:
        if verdict.shown and verdict.told_as:
            telling_twice.note(notice=verdict.told_as, key=verdict.shown.key)
    taken = [row for row in (take(verdict.line, via="csv") for verdict in verdicts if verdict.line) if row]
    matched = sum(row.payment_id is not None for row in taken)
    words = _("%(matched)d khoản vào đơn, %(waiting)d khoản chờ người xem, %(skipped)d dòng bỏ qua.") % {
        "matched": matched,
        "waiting": len(taken) - matched,
        "skipped": len(verdicts) - len(taken),
    }
    with transaction.atomic():
        open_ones = BankStatement.objects.filter(pk=sheet_id, confirmed_at=None)
        open_ones.update(confirmed_at=timezone.now(), by=by, result=words, text="")
    sheet.refresh_from_db()
    return sheet


def _verdict(
    row: statement.Row,
    known: set[str],
    notices: dict[telling_twice.Likeness, list[str]],
    orders: set[str],
) -> Verdict:
    line = row.line
    if line is None:
        return Verdict(row.number, None, row.problem)
    if line.amount <= 0:
        return Verdict(row.number, line, _("tiền ra: bỏ qua"))
    if line.key in known:
        return Verdict(row.number, line, _("đã có: bỏ qua"))
    if same := notices.get(likeness(line.to_body())):
        words = _("đã có theo tin báo không kèm mã ngân hàng: bỏ qua")
        return Verdict(row.number, line, words, told_as=same.pop(0))
    named = [code for code in codes_in(line.memo) if code in orders]
    words = _("mới") if len(named) == 1 else _("mới, không rõ đơn: chờ người xem")
    return Verdict(row.number, line, words, line, named[0] if len(named) == 1 else "")


def _orders(lines: list[BankLine]) -> set[str]:
    codes = {code for line in lines for code in codes_in(line.memo)}
    return set(Order.objects.filter(number__in=codes).values_list("number", flat=True))

"""A payout told to its producer: line by line, and summed up."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shop.ledger.csv_cells import Cell
from shop.ledger.models import LedgerEntry, Payout
from shop.payment.banks import banks

K = LedgerEntry.Kind


@dataclass(frozen=True)
class Statement:
    """The lines of one payout without the payment itself; sums by kind, refunds of their own."""

    payout: Payout
    lines: list[LedgerEntry]

    @property
    def bank_name(self) -> str:
        """Return the bank's name, its BIN where we know no name."""
        bank = banks().get(self.payout.bank_bin)
        return bank.name if bank else self.payout.bank_bin

    @property
    def sums(self) -> list[tuple[str, Decimal]]:
        """Return the sums in the order of the kinds, without those that are nothing."""
        found: dict[str, Decimal] = {}
        for line in sorted(self.lines, key=lambda line: list(K).index(K(line.kind))):
            name = title(line)
            found[name] = found.get(name, Decimal(0)) + line.amount
        return [(name, amount) for name, amount in found.items() if amount]


def statement(payout: Payout) -> Statement:
    """Return the statement of a payout, paid or open."""
    lines = payout.entries.exclude(kind=K.PAYOUT).select_related("order", "parcel", "refund")
    return Statement(payout, list(lines.order_by("order", "parcel", "pk")))


def title(line: LedgerEntry) -> str:
    """Return what a line is, in the reader's language; money given back is named so."""
    label = str(K(line.kind).label)
    return _("hoàn %(what)s") % {"what": label} if line.refund_id else label


def rows(found: Statement) -> Iterator[list[Cell]]:
    """Yield the statement as a table, heading first."""
    yield [_("Lúc"), _("Đơn"), _("Kiện"), _("Loại"), _("Số tiền, đồng"), _("Ghi chú")]
    for line in found.lines:
        yield [
            timezone.localtime(line.at).strftime("%Y-%m-%d %H:%M"),
            line.order.number if line.order else "",
            line.parcel.number if line.parcel else "",
            title(line),
            line.amount,
            line.note,
        ]
    yield ["", "", "", _("Tổng"), found.payout.total, ""]


def transfers(payouts: Iterable[Payout]) -> Iterator[list[Cell]]:
    """Yield what the bank's own form for many transfers asks for, heading first."""
    yield ["BIN", _("Ngân hàng"), _("Số tài khoản"), _("Chủ tài khoản"), _("Số tiền, đồng"), _("Nội dung")]
    names: Any = banks()
    for payout in payouts:
        bank = names.get(payout.bank_bin)
        yield [
            payout.bank_bin,
            bank.name if bank else "",
            payout.bank_account,
            payout.bank_holder,
            payout.total,
            payout.memo,
        ]

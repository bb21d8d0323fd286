"""The statement of a payout, or a bill, for its producer: every entry, and sums by kind."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shop.core.banks import banks
from shop.core.csv_cells import Cell
from shop.ledger.models import LedgerEntry, Payout
from shop.partner.models import Partner

K = LedgerEntry.Kind


@dataclass(frozen=True)
class Statement:
    """The entries of one payout without the payment itself; sums by kind, refunds of their own."""

    payout: Payout
    entries: list[LedgerEntry]

    @property
    def bank_name(self) -> str:
        """Return the bank's name, its BIN where we know no name."""
        bank = banks().get(self.payout.bank_bin)
        return bank.name if bank else self.payout.bank_bin

    @property
    def sums(self) -> list[tuple[str, Decimal]]:
        """Return the sums in the order of the kinds, without those that are nothing."""
        return sums_of(self.entries)


@dataclass(frozen=True)
class Bill:
    """The entries by which a producer owes the hub on a day, and what of its payments is still to be taken off."""

    partner: Partner
    entries: list[LedgerEntry]
    paid: Decimal
    day: date

    @property
    def number(self) -> str:
        """Return its number: the producer's key and the day."""
        return f"CN{self.partner.pk}-{self.day:%Y%m%d}"

    @property
    def since(self) -> date:
        """Return the day of its oldest entry, its own day where there is none."""
        return min((timezone.localdate(entry.at) for entry in self.entries), default=self.day)

    @property
    def owed(self) -> Decimal:
        """Return what it owes, in đồng; nothing where the hub owes it."""
        return max(Decimal(0), -sum((entry.amount for entry in self.entries), self.paid))

    @property
    def sums(self) -> list[tuple[str, Decimal]]:
        """Return the sums in the order of the kinds, without those that are nothing."""
        return sums_of(self.entries) + ([(str(K.PAID_IN.label), self.paid)] if self.paid else [])


def statement(payout: Payout) -> Statement:
    """Return the statement of a payout, paid or open."""
    entries = payout.entries.exclude(kind=K.PAYOUT).select_related("order", "parcel", "refund")
    return Statement(payout, list(entries.order_by("order", "parcel", "pk")))


def title(entry: LedgerEntry) -> str:
    """Return what an entry is, in the reader's language; money given back is named so, cash never taken too."""
    label = str(K(entry.kind).label)
    if not entry.refund:
        return label
    words = _("chưa thu: %(what)s") if entry.refund.uncollected else _("hoàn %(what)s")
    return words % {"what": label}


def sums_of(entries: Iterable[LedgerEntry]) -> list[tuple[str, Decimal]]:
    """Return the sums of entries in the order of the kinds, without those that are nothing."""
    found: dict[str, Decimal] = {}
    for entry in sorted(entries, key=lambda entry: list(K).index(K(entry.kind))):
        name = title(entry)
        found[name] = found.get(name, Decimal(0)) + entry.amount
    return [(name, amount) for name, amount in found.items() if amount]


def rows(found: Statement) -> Iterator[list[Cell]]:
    """Yield the statement as a table, heading first."""
    yield from _entry_rows(found.entries)
    yield ["", "", "", _("Tổng"), found.payout.total, ""]


def bill_rows(bill: Bill) -> Iterator[list[Cell]]:
    """Yield a bill as a table, heading first."""
    yield from _entry_rows(bill.entries)
    if bill.paid:
        yield ["", "", "", str(K.PAID_IN.label), bill.paid, ""]
    yield ["", "", "", _("Cơ sở còn nợ"), bill.owed, bill.number]


def _entry_rows(entries: Iterable[LedgerEntry]) -> Iterator[list[Cell]]:
    yield [_("Lúc"), _("Đơn"), _("Kiện"), _("Loại"), _("Số tiền, đồng"), _("Ghi chú")]
    for entry in entries:
        yield [
            timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M"),
            entry.order.number if entry.order else "",
            entry.parcel.number if entry.parcel else "",
            title(entry),
            entry.amount,
            entry.note,
        ]


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

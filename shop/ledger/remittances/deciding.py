"""What a person decides on a line of a carrier's list that does not fit, or was booked wrongly."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from catalogue.formats import vnd
from shop.core.actors import Actor
from shop.ledger import cash
from shop.ledger.models import CashHolding, RemittanceLine
from shop.ledger.remittances import judging, lines
from shop.ledger.remittances.lines import CannotBook

S = RemittanceLine.State
R = RemittanceLine.Reason
MAY_ACCEPT = frozenset({R.LESS, R.MORE, R.TWICE, R.REFUSED, R.SECOND_FEE, R.HIGH_FEE})


def retry(*, line_id: int, by: Actor, code: str = "") -> RemittanceLine:
    """Judge a line that waits anew, for the parcel of `code` if one is given, and book it if it fits.

    Raises:
        CannotBook: no such parcel, or the line waits no longer.
    """
    parcel = judging.parcel_by_code(code) if code else None
    if code and parcel is None:
        raise CannotBook(_("Không có kiện nào mang mã này."))
    with transaction.atomic():
        line = _to_book(line_id)
        line.parcel = parcel or line.parcel
        return lines.book(line, by)


def accept(*, line_id: int, by: Actor, note: str, reading: str = "paid") -> RemittanceLine:
    """Take a line as a person confirms it; one that waits for another reason by now goes on waiting for that one.

    Args:
        line_id: which.
        by: who of the staff.
        note: why.
        reading: "paid": the sum came; less leaves the rest with the carrier, more is the hub's.
            "refused": nothing came, only the fee is booked.

    Raises:
        CannotBook: it cannot be taken so, waits no longer, or is read as refused while our books say
            that the carrier has cash of it.
    """
    with transaction.atomic():
        line = _to_book(line_id)
        shown = line.reason
        line.reason = lines.judge_now(line)
        if line.reason and line.reason not in MAY_ACCEPT:
            raise CannotBook(line.get_reason_display())
        if line.reason != shown:
            return lines.book(line, by)
        fits = line.reason in {R.SECOND_FEE, R.HIGH_FEE}
        told = judging.brings(line) if fits else line.collected or Decimal(0)
        came = told if reading == "paid" else Decimal(0)
        left = _in_hand(line)
        if not came and left and line.collected is not None:
            raise CannotBook(_still_held(left))
        if came > left:
            _add_surplus(line, came - left, by=by, note=note)
        lines.remit(line, came, by=by, note=note)
        return lines.close(line, S.BOOKED, by=by, note=note)


def set_aside(*, line_id: int, by: Actor, note: str) -> RemittanceLine:
    """Book nothing of a line, with a reason. Raises CannotBook: it waits no longer."""
    with transaction.atomic():
        return lines.close(_waiting(line_id), S.SET_ASIDE, by=by, note=note)


def take_back(*, line_id: int, by: Actor, note: str) -> RemittanceLine:
    """Take back what was booked of a line, with a reason; it waits for a person again.

    Raises:
        CannotBook: nothing is booked of it, or its cash has another holder meanwhile.
    """
    with transaction.atomic():
        return lines.take_back(lines.locked(line_id), by=by, reason=note)


def _waiting(line_id: int) -> RemittanceLine:
    """Lock a line that waits. Raises CannotBook: it was decided."""
    line = lines.locked(line_id)
    if line.state != S.WAITING:
        raise CannotBook(_("Dòng này đã có người xem."))
    return line


def _to_book(line_id: int) -> RemittanceLine:
    """Lock a line that waits and may be booked. Raises CannotBook: it was decided, or its list was taken back."""
    line = _waiting(line_id)
    if line.remittance.taken_back_at:
        raise CannotBook(_("Bảng kê này đã bỏ."))
    return line


def _in_hand(line: RemittanceLine) -> Decimal:
    holding = CashHolding.objects.filter(parcel=line.parcel_id).first()
    return holding.in_hand if holding else Decimal(0)


def _add_surplus(line: RemittanceLine, amount: Decimal, *, by: Actor, note: str) -> None:
    """Count what a person confirmed that came beyond what the carrier had of the parcel."""
    holding = CashHolding.objects.get(parcel=line.parcel_id)
    words = f"{line.remittance} {note}".strip()
    cash.add_surplus(holding, amount, key=line.key, by=by, reason=words)


def _still_held(left: Decimal) -> str:
    words = _(
        "Sổ ghi hãng còn cầm %(left)s của kiện này. Nếu kiện không giao được, hãy bỏ “đã giao” ở trang đơn"
        " hoặc sửa ở “Tiền mặt” trước; nếu tiền đã về, hãy nhận là đã nộp."
    )
    return words % {"left": vnd(left)}

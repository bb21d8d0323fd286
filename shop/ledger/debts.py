"""What producers owe the hub: commission and what else they hold of the cash they took.

A debt is taken from the next payout; a producer without payouts gets a bill of its open entries and pays it.
"""

from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.core import locking
from shop.core.actors import Actor
from shop.ledger import payouts
from shop.ledger.models import LedgerEntry, Payout, ProducerPayment
from shop.ledger.statements import Bill
from shop.partner.models import Partner

K = LedgerEntry.Kind
MAX_NOTE = 300


class NotNoted(Exception):
    """The payment was undone already, or a payout was reckoned with it; the message is for people."""


class PaymentKnown(Exception):
    """The producer's payment was noted before, with another sum; the message is for people."""


def owing() -> list[payouts.Due]:
    """Return the producers that owe the hub now, by name; `amount` is below zero."""
    return [due for due in payouts.due() if due.amount < 0]


def bill(partner: Partner) -> Bill:
    """Return what a producer owes now, by entry: without parcels that are settled, and what is left of its payments."""
    ready = payouts.ready(partner).select_related("order", "parcel", "refund")
    entries = list(ready.order_by("order", "parcel", "pk"))
    settled, paid = _settle(entries)
    still_open = [entry for entry in entries if entry.kind != K.PAID_IN and _subject(entry) not in settled]
    return Bill(partner, still_open, paid, timezone.localdate())


def in_hand(partner: Partner) -> Decimal:
    """Return the cash that a producer or its carrier took and that is not settled with it yet, in đồng."""
    settled, _paid = _settle(payouts.ready(partner))
    taken = LedgerEntry.objects.filter(partner=partner, kind=K.CASH, payout=None)
    return -sum((entry.amount for entry in taken if _subject(entry) not in settled), Decimal(0))


def _settle(entries: Iterable[LedgerEntry]) -> tuple[set[int], Decimal]:
    """Return the parcels and adjustments (by _subject) that are settled, and what is left of the payments for others.

    Settled is what adds up to nothing; and what a producer paid settles its debts, the oldest first,
    each as a whole.
    """
    sums: dict[int, Decimal] = {}
    paid = Decimal(0)
    for entry in sorted(entries, key=lambda entry: entry.pk):
        if entry.kind == K.PAID_IN:
            paid += entry.amount
        else:
            sums[_subject(entry)] = sums.get(_subject(entry), Decimal(0)) + entry.amount
    if sum(sums.values(), paid) == 0:
        return set(sums), Decimal(0)
    settled = {subject for subject, amount in sums.items() if not amount}
    for subject, amount in sums.items():
        if amount < 0:
            if paid + amount < 0:
                break
            paid += amount
            settled.add(subject)
    return settled, paid


def _subject(entry: LedgerEntry) -> int:
    """Return what an entry is about: its parcel's key; of an adjustment its own, below zero."""
    return entry.parcel_id or -entry.pk


def pay_in(*, partner_id: int, amount: Decimal, reference: str, by: Actor) -> ProducerPayment:
    """Note that a producer paid `amount` to the hub, under the bank's or the receipt's number; once.

    Raises:
        PaymentKnown: the number stands on another sum of this producer.
    """
    with transaction.atomic():
        partner = locking.partner(partner_id)
        reference = reference.strip()
        known = ProducerPayment.objects.filter(partner=partner, reference=reference, undone_at=None)
        found = known.first()
        if found and found.amount != amount:
            raise PaymentKnown(_("Mã %(reference)s đã ghi với số tiền khác.") % {"reference": reference})
        if found:
            return found
        payment = ProducerPayment.objects.create(
            partner=partner, amount=amount, reference=reference, by=by.user, by_name=by.name
        )
        LedgerEntry.objects.create(
            partner=partner,
            kind=K.PAID_IN,
            amount=amount,
            reference=f"producer-payment-{payment.pk}",
            actor_name=by.name,
            note=reference,
        )
    return payment


def undo_pay_in(*, payment_id: int, reason: str, by: Actor) -> ProducerPayment:
    """Take back a payment that was noted wrongly: the producer owes its sum again, its number is free. Once.

    Raises:
        NotNoted: it is undone already, or lies in a payout that is not made yet, which would pay its sum out.
    """
    with transaction.atomic():
        partner = locking.partner(
            ProducerPayment.objects.values_list("partner", flat=True).get(pk=payment_id)
        )
        payment = ProducerPayment.objects.get(pk=payment_id)
        if payment.undone_at:
            raise NotNoted(_("Khoản này đã bỏ rồi."))
        entries = LedgerEntry.objects.filter(reference=f"producer-payment-{payment.pk}")
        if entries.filter(payout__state=Payout.State.OPEN).exists():
            raise NotNoted(_("Khoản này nằm trong khoản chi trả đang chờ chuyển: bỏ khoản chi trả đó trước."))
        payment.undone_at, payment.undone_by, payment.undone_by_name = timezone.now(), by.user, by.name
        payment.undone_for = reason
        payment.save(update_fields=["undone_at", "undone_by", "undone_by_name", "undone_for"])
        LedgerEntry.objects.create(
            partner=partner,
            kind=K.PAID_IN,
            amount=-payment.amount,
            reference=f"producer-payment-{payment.pk}-undone",
            actor_name=by.name,
            note=f"{payment.reference} {reason}"[:MAX_NOTE],
        )
    return payment

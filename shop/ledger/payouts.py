"""The verbs of payouts: make the list, note a transfer, discard. Staff's views call these and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shop.core import locking, second_person
from shop.core.actors import Actor
from shop.ledger import accounts, doubts, payout_audit
from shop.ledger.models import LedgerEntry, Payout, PayoutApproval, PayoutLog
from shop.ledger.models.entry import LedgerQuerySet
from shop.order.models import Parcel
from shop.partner import payout_accounts
from shop.partner.account_change import AccountChange
from shop.partner.models import Partner
from shop.payment.models import Payment, Refund

S = Parcel.Status
V = PayoutLog.Verb


class NotOpen(Exception):
    """The payout has been paid or discarded meanwhile; the message is for people."""


class InDoubt(Exception):
    """The money of some orders in the payout has come into doubt since; the message is for people."""


class ReferenceUsed(Exception):
    """Another payout to the same producer has this bank reference; the message is for people."""


@dataclass(frozen=True)
class Due:
    """What one producer would be paid now, in đồng; `waiting` is what is not ready yet.

    Nothing is paid while there is a `new_account` that may not be used yet.
    """

    partner: Partner
    amount: Decimal
    waiting: Decimal
    new_account: AccountChange | None = None

    @property
    def owed(self) -> Decimal:
        """Return what the producer owes the hub."""
        return max(Decimal(0), -self.amount)

    @property
    def has_account(self) -> bool:
        """Return whether there is a bank account to send it to."""
        return all((self.partner.bank_bin, self.partner.bank_account, self.partner.bank_holder))


@dataclass
class Run:
    """What became of a run: payouts made, and who was left out for want of a bank account, or as it is new."""

    made: list[Payout] = field(default_factory=list)
    no_account: list[Partner] = field(default_factory=list)
    new_account: list[Due] = field(default_factory=list)


def due() -> list[Due]:
    """Return what every producer with open entries is owed, by name; negative amounts carry over."""
    everything, now = _sums(_open()), _sums(_ready(_open()))
    partners = Partner.objects.filter(pk__in=everything).order_by("name", "pk")
    new = payout_accounts.waiting(everything)
    return [
        Due(
            partner,
            amount := now.get(partner.pk, Decimal(0)),
            everything[partner.pk] - amount,
            new.get(partner.pk),
        )
        for partner in partners
    ]


def ready(partner: Partner) -> LedgerQuerySet:
    """Return the entries of a producer that may be paid out now.

    Ready are entries of

    - no parcel (adjustments);
    - parcels delivered longer ago than the return window, where no refund of parcel or order is
      under way, none failed without being repeated, nobody has to look at the order's money, and
      no carrier of the hub's or sales point still has the parcel's cash;
    - returned parcels of which something was refunded, or staff cancelled the refund: the rest is
      the producer's;
    - parcels that owe money, at once.
    """
    return _ready(_open().filter(partner=partner))


def run(*, by: Actor) -> Run:
    """Make an open payout for each producer to whom something is due; one transaction for each.

    A producer with an open payout, nothing due, a debt or an account that is too new gets none: the entries
    stay for the next run. Two runs at once make each payout once: the producer's row is locked.
    """
    result = Run()
    for one in due():
        if one.amount > 0 and not one.has_account:
            result.no_account.append(one.partner)
        elif one.amount > 0 and one.new_account:
            result.new_account.append(one)
        elif one.amount > 0 and (made := _make(one.partner.pk, by)):
            result.made.append(made)
    return result


def pay(*, payout_id: int, reference: str, by: Actor, despite_doubts: bool = False) -> Payout:
    """Note that the transfer of an open payout has been made; the ledger gets its entry.

    Args:
        payout_id: which.
        reference: the bank's number of the transfer.
        by: who made it.
        despite_doubts: whether it was made although money of its orders is in doubt; the log names them and says why.

    Raises:
        NotOpen: it is paid already, or was discarded.
        InDoubt: a dispute came since it was drawn up, its cash is elsewhere or the like, and nobody has said that it
            was paid all the same.
        ReferenceUsed: the number stands on another payout to this producer.
        NotConfirmed: it waits for a second person.
    """
    with transaction.atomic():
        payout = _locked(payout_id)
        if payout.is_unapproved:
            raise second_person.not_yet()
        doubtful = doubts.doubtful_orders(payout)
        if doubtful and not despite_doubts:
            orders = ", ".join(doubt.order.number for doubt in doubtful)
            raise InDoubt(_("Tiền của đơn %(orders)s đang có vướng mắc.") % {"orders": orders})
        payout.move_to(Payout.State.PAID)
        payout.reference = reference.strip()
        _refuse_used_reference(payout)
        payout.paid_at, payout.paid_by = timezone.now(), by.user
        payout.save(update_fields=["state", "reference", "paid_at", "paid_by"])
        LedgerEntry.objects.create(
            partner=payout.partner,
            payout=payout,
            kind=LedgerEntry.Kind.PAYOUT,
            amount=-payout.total,
            reference=f"payout-{payout.pk}.payout",
            actor_name=by.name,
            note=payout.reference,
        )
        accounts.paid_out(payout)
        if payout.entries.total():
            raise ValueError(f"Payout {payout.pk} is not the sum of its entries")
        note = payout_audit.despite(doubtful)
        payout_audit.write(payout, V.PAY, by=by, reference=payout.reference, note=note)
    return payout


def confirm(*, payout_id: int, by: Actor) -> None:
    """Let a second person say that a large payout is right (SECOND_PERSON_ABOVE).

    Raises:
        NotOpen: it is paid already, or was discarded.
        NotConfirmed: nothing waits any more, or the same person wants to.
    """
    with transaction.atomic():
        payout = _locked(payout_id)
        approval = PayoutApproval.objects.filter(payout=payout).first()
        if approval is None:
            raise second_person.NotConfirmed(_("Khoản chi trả này không cần xác nhận."))
        approval.confirm(by=by)
        payout_audit.write(payout, V.CONFIRM, by=by)


def discard(*, payout_id: int, by: Actor) -> None:
    """Discard an open payout that was not transferred; its entries wait for the next run, the log keeps it.

    Raises:
        NotOpen: it is paid already, or was discarded.
    """
    with transaction.atomic():
        payout = _locked(payout_id)
        payout_audit.write(payout, V.DISCARD, by=by, reference=f"{payout.run:%Y-%m-%d}")
        payout.delete()


def _open() -> LedgerQuerySet:
    entries: LedgerQuerySet = LedgerEntry.objects.filter(partner__isnull=False, payout=None)
    return entries


def _sums(entries: LedgerQuerySet) -> dict[int, Decimal]:
    """Return the sum of these entries for each producer that has one."""
    return dict(entries.order_by().values_list("partner").annotate(sum=Sum("amount")))


def _ready(entries: LedgerQuerySet) -> LedgerQuerySet:
    """Return those of these open entries, of one producer or of all, that may be paid out now."""
    owing = entries.filter(parcel__isnull=False).order_by().values("parcel").annotate(sum=Sum("amount"))
    debts = owing.filter(sum__lte=0).values("parcel")
    over = _settled_parcels(Parcel.objects.filter(pk__in=entries.values("parcel"))).values("pk")
    found: LedgerQuerySet = entries.filter(Q(parcel=None) | Q(parcel__in=over) | Q(parcel__in=debts))
    return found


def _settled_parcels(parcels: QuerySet[Parcel]) -> QuerySet[Any]:
    """Return those of these parcels of which nothing more is to come or to go."""
    since = timezone.now() - timedelta(days=settings.RETURN_WINDOW_DAYS)
    under_way = Count("refunds", filter=Q(refunds__state=Refund.State.REQUESTED))
    over = [Refund.State.DONE, Refund.State.CANCELLED]
    decided = Count("refunds", filter=Q(refunds__state__in=over, refunds__called_off=False))
    kept = Q(status=S.DELIVERED, delivered_at__lte=since)
    back = Q(status=S.RETURNED, returned_at__lte=since, decided__gt=0)
    found = parcels.order_by().annotate(
        under_way=under_way, decided=decided, pending=_pending_refunds(), held=_held()
    )
    failed = Exists(Refund.objects.to_repeat().filter(parcel=OuterRef("pk")))
    doubted = Exists(Payment.objects.filter(order=OuterRef("order")).exclude(doubt=""))
    settled = found.filter(
        ~failed, ~doubted, ~doubts.cash_is_missing(), kept | back, under_way=0, pending__lte=F("held")
    )
    return settled.exclude(return_requests__state="requested")


def _pending_refunds() -> Coalesce:
    """Return, for parcels: what is to go back for their whole order, at the first try or again."""
    to_go = Q(state=Refund.State.REQUESTED) | Q(pk__in=Refund.objects.to_repeat().values("pk"))
    refunds = Refund.objects.filter(to_go, payment__order=OuterRef("order"), parcel=None)
    return _sum_or_nothing(refunds.order_by().values("payment__order"))


def _held() -> Coalesce:
    """Return, for parcels: what is held for their order, from which money goes back first."""
    entries = LedgerEntry.objects.filter(order=OuterRef("order"), kind=LedgerEntry.Kind.HELD)
    return _sum_or_nothing(entries.order_by().values("order"))


def _sum_or_nothing(groups: QuerySet[Any]) -> Coalesce:
    found = Subquery(groups.annotate(sum=Sum("amount")).values("sum"))
    return Coalesce(found, Decimal(0), output_field=DecimalField())


def _make(partner_id: int, by: Actor) -> Payout | None:
    with transaction.atomic():
        partner: Partner = locking.partner(partner_id)
        if partner.payouts.filter(state=Payout.State.OPEN).exists() or payout_accounts.waiting([partner_id]):
            return None
        keys: Sequence[int] = list(ready(partner).values_list("pk", flat=True))
        entries: LedgerQuerySet = LedgerEntry.objects.filter(pk__in=keys)
        total = entries.total()
        if total <= 0:
            return None
        payout = Payout.objects.create(
            partner=partner,
            run=timezone.localdate(),
            total=total,
            bank_bin=partner.bank_bin,
            bank_account=partner.bank_account,
            bank_holder=partner.bank_holder,
        )
        entries.assign(payout)
        if second_person.is_needed(total, by=by):
            PayoutApproval.objects.create(payout=payout, by=by.user, by_name=by.name)
        payout_audit.write(payout, V.MAKE, by=by)
    return payout


def _locked(payout_id: int) -> Payout:
    try:
        payout: Payout = locking.payout(payout_id)
    except Payout.DoesNotExist as gone:
        raise NotOpen(_("Khoản chi trả này đã bị bỏ.")) from gone
    if payout.is_paid:
        raise NotOpen(_("Khoản chi trả này đã được ghi là đã chuyển."))
    return payout


def _refuse_used_reference(payout: Payout) -> None:
    """Refuse a number that was typed before: one transfer pays one payout of a producer.

    A producer has one open payout at most, so no other can take the number at this moment.
    """
    others = payout.partner.payouts.exclude(pk=payout.pk)
    if other := others.filter(reference=payout.reference).first():
        words = {"reference": payout.reference, "run": date_format(other.run, "SHORT_DATE_FORMAT")}
        raise ReferenceUsed(_("Mã %(reference)s đã ghi cho kỳ %(run)s của cơ sở này.") % words)

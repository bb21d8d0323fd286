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

from shop.ledger import payout_audit
from shop.ledger.models import LedgerEntry, Payout, PayoutLog
from shop.ledger.models.entry import LedgerQuerySet
from shop.order import locking
from shop.order.audit import Actor
from shop.order.models import Parcel
from shop.partner.models import Partner
from shop.payment.models import Payment, Refund

S = Parcel.Status
V = PayoutLog.Verb


class NotOpen(Exception):  # noqa: N818 - a fact of trade
    """The payout has been paid or discarded meanwhile; the message is for people."""


class ReferenceUsed(Exception):  # noqa: N818 - a fact of trade
    """Another payout to the same producer has this bank reference; the message is for people."""


@dataclass(frozen=True)
class Due:
    """What one producer would be paid now, in đồng; `waiting` is what is not ready yet."""

    partner: Partner
    amount: Decimal
    waiting: Decimal

    @property
    def has_account(self) -> bool:
        """Return whether there is a bank account to send it to."""
        return all((self.partner.bank_bin, self.partner.bank_account, self.partner.bank_holder))


@dataclass
class Run:
    """What became of a run: payouts made, and who was left out for want of a bank account."""

    made: list[Payout] = field(default_factory=list)
    no_account: list[Partner] = field(default_factory=list)


def due() -> list[Due]:
    """Return what every producer with open lines is owed, by name; negative amounts carry over."""
    everything, now = _sums(_open()), _sums(_ready(_open()))
    partners = Partner.objects.filter(pk__in=everything).order_by("name", "pk")
    return [
        Due(partner, amount := now.get(partner.pk, Decimal(0)), everything[partner.pk] - amount)
        for partner in partners
    ]


def ready(partner: Partner) -> LedgerQuerySet:
    """Return the lines of a producer that may be paid out now.

    Ready are: lines of no parcel (adjustments); of parcels delivered longer ago than the return
    window, of orders without a doubt that nobody has looked at, with no refund under way, of their own or of the whole order, and none that failed and
    was not repeated; of returned ones of which something was given back, or was to be and staff
    dropped it, the rest being the producer's; and what a parcel owes back, at once.
    """
    return _ready(_open().filter(partner=partner))


def run(*, by: Actor) -> Run:
    """Make an open payout for each producer to whom something is due; one transaction for each.

    A producer with an open payout, nothing due or a debt gets none: the lines stay for the next
    run. Two runs at once make each payout once: the producer's row is locked.
    """
    result = Run()
    for one in due():
        if one.amount > 0 and not one.has_account:
            result.no_account.append(one.partner)
        elif one.amount > 0 and (made := _make(one.partner.pk, by)):
            result.made.append(made)
    return result


def pay(*, payout_id: int, reference: str, by: Actor) -> Payout:
    """Note that the transfer of an open payout has been made; the ledger gets its line.

    Args:
        payout_id: which.
        reference: the bank's number of the transfer.
        by: who made it.

    Raises:
        NotOpen: it is paid already, or was discarded.
        ReferenceUsed: the number stands on another payout to this producer.
    """
    with transaction.atomic():
        payout = _locked(payout_id)
        payout.state, payout.reference = Payout.State.PAID, reference.strip()
        _insist_on_own_reference(payout)
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
        if payout.entries.total():
            raise ValueError(f"Payout {payout.pk} is not the sum of its lines")
        payout_audit.write(payout, V.PAY, by=by, reference=payout.reference)
    return payout


def discard(*, payout_id: int, by: Actor) -> None:
    """Drop an open payout that was not transferred; its lines wait for the next run, the log keeps it.

    Raises:
        NotOpen: it is paid already, or was discarded.
    """
    with transaction.atomic():
        payout = _locked(payout_id)
        payout_audit.write(payout, V.DISCARD, by=by, reference=f"{payout.run:%Y-%m-%d}")
        payout.delete()


def _open() -> LedgerQuerySet:
    lines: LedgerQuerySet = LedgerEntry.objects.filter(partner__isnull=False, payout=None)
    return lines


def _sums(lines: LedgerQuerySet) -> dict[int, Decimal]:
    """Return the sum of these lines for each producer that has one."""
    return dict(lines.order_by().values_list("partner").annotate(sum=Sum("amount")))


def _ready(lines: LedgerQuerySet) -> LedgerQuerySet:
    """Return those of these open lines, of one producer or of all, that may be paid out now."""
    owing = lines.filter(parcel__isnull=False).order_by().values("parcel").annotate(sum=Sum("amount"))
    debts = owing.filter(sum__lte=0).values("parcel")
    over = _over(Parcel.objects.filter(pk__in=lines.values("parcel"))).values("pk")
    found: LedgerQuerySet = lines.filter(Q(parcel=None) | Q(parcel__in=over) | Q(parcel__in=debts))
    return found


def _over(parcels: QuerySet[Parcel]) -> QuerySet[Any]:
    """Return those of these parcels of which nothing more is to come or to go."""
    since = timezone.now() - timedelta(days=settings.RETURN_WINDOW_DAYS)
    under_way = Count("refunds", filter=Q(refunds__state=Refund.State.REQUESTED))
    over = [Refund.State.DONE, Refund.State.DROPPED]
    decided = Count("refunds", filter=Q(refunds__state__in=over, refunds__called_off=False))
    kept = Q(status=S.DELIVERED, delivered_at__lte=since)
    back = Q(status=S.RETURNED, returned_at__lte=since, decided__gt=0)
    found = parcels.order_by().annotate(under_way=under_way, decided=decided, going=_going(), held=_held())
    failed = Exists(Refund.objects.to_repeat().filter(parcel=OuterRef("pk")))
    doubted = Exists(Payment.objects.filter(order=OuterRef("order")).exclude(doubt=""))
    settled = found.filter(~failed, ~doubted, kept | back, under_way=0, going__lte=F("held"))
    return settled.exclude(return_request__state="requested")


def _going() -> Coalesce:
    """Return, for parcels: what is to go back for their whole order, at the first try or again."""
    to_go = Q(state=Refund.State.REQUESTED) | Q(pk__in=Refund.objects.to_repeat().values("pk"))
    refunds = Refund.objects.filter(to_go, payment__order=OuterRef("order"), parcel=None)
    return _sum_or_nothing(refunds.order_by().values("payment__order"))


def _held() -> Coalesce:
    """Return, for parcels: what is held for their order, from which money goes back first."""
    lines = LedgerEntry.objects.filter(order=OuterRef("order"), kind=LedgerEntry.Kind.HELD)
    return _sum_or_nothing(lines.order_by().values("order"))


def _sum_or_nothing(groups: QuerySet[Any]) -> Coalesce:
    found = Subquery(groups.annotate(sum=Sum("amount")).values("sum"))
    return Coalesce(found, Decimal(0), output_field=DecimalField())


def _make(partner_id: int, by: Actor) -> Payout | None:
    with transaction.atomic():
        partner: Partner = locking.partner(partner_id)
        if partner.payouts.filter(state=Payout.State.OPEN).exists():
            return None
        keys: Sequence[int] = list(ready(partner).values_list("pk", flat=True))
        lines: LedgerQuerySet = LedgerEntry.objects.filter(pk__in=keys)
        total = lines.total()
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
        lines.assign(payout)
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


def _insist_on_own_reference(payout: Payout) -> None:
    """Refuse a number that was typed before: one transfer pays one payout of a producer.

    A producer has one open payout at most, so no other can take the number at this moment.
    """
    others = payout.partner.payouts.exclude(pk=payout.pk)
    if other := others.filter(reference=payout.reference).first():
        words = {"reference": payout.reference, "run": date_format(other.run, "SHORT_DATE_FORMAT")}
        raise ReferenceUsed(_("Mã %(reference)s đã ghi cho kỳ %(run)s của cơ sở này.") % words)

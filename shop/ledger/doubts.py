"""A payout drawn up before the money of one of its orders came into doubt."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from shop.ledger.models import CashEntry, LedgerEntry, Payout
from shop.ledger.models.cash import OWING
from shop.order.models import Order, Parcel
from shop.payment.models import Payment, Refund

Key = tuple[int | None, int | None]  # a producer's, an order's


class Reason(models.TextChoices):
    """Why the money of an order is in doubt."""

    PAYMENT = "payment", _("khoản thanh toán có vướng mắc")
    TAKEN = "taken", _("đã trừ của cơ sở từ lúc lập")
    CASH = "cash", _("tiền mặt không ở sàn")


@dataclass(frozen=True)
class Doubt:
    """An order in an open payout whose money is no longer as it was when the payout was drawn up."""

    order: Order
    reasons: tuple[Reason, ...]

    @property
    def words(self) -> str:
        """Return the reasons in the reader's language."""
        return ", ".join(str(reason.label) for reason in self.reasons)


def doubtful_orders(payout: Payout) -> list[Doubt]:
    """Return the orders in a payout whose money is in doubt, none where it is paid (see doubts_of)."""
    return doubts_of([payout]).get(payout.pk, [])


def doubts_of(payouts: Sequence[Payout]) -> dict[int, list[Doubt]]:
    """Return the doubtful orders of open payouts by the payout's key, in as many queries for one as for many.

    A person has still to look at the order's payment or a dispute of it is undecided; some of its money has been
    taken from the producer since the payout was drawn up, which would only be made up for in the next one; or its
    cash turned out to be with the producer, a carrier or a sales point.
    """
    still_open = {payout.partner_id: payout.pk for payout in payouts if not payout.is_paid}
    entries = LedgerEntry.objects.filter(payout__in=still_open.values(), order__isnull=False).order_by()
    since = LedgerEntry.objects.filter(partner__in=still_open, payout=None).order_by()
    found: dict[Key, list[Reason]] = {}
    for reason, keys in (
        (Reason.PAYMENT, _doubted(entries)),
        (Reason.TAKEN, _taken(since.filter(order__in=entries.values("order")))),
        (Reason.CASH, _without_cash(entries, since)),
    ):
        for key in keys:
            found.setdefault(key, []).append(reason)
    orders = Order.objects.in_bulk([order for _partner, order in found])
    doubts: dict[int, list[Doubt]] = {}
    for (partner, order), reasons in sorted(found.items(), key=lambda item: item[0][1] or 0):
        doubts.setdefault(still_open[partner or 0], []).append(Doubt(orders[order or 0], tuple(reasons)))
    return doubts


def cash_is_missing() -> Exists:
    """Return, for parcels: whether somebody who owes it to the hub still has some of their cash."""
    entries = CashEntry.objects.filter(holding__parcel=OuterRef("pk"), holder__in=OWING).order_by()
    left = entries.values("holding").annotate(sum=Sum("amount")).filter(sum__gt=0)
    return Exists(left.values("holding"))


def _doubted(entries: QuerySet[LedgerEntry]) -> set[Key]:
    undecided = Refund.objects.disputes().filter(dispute_open=True)
    doubted = Payment.objects.filter(
        ~Q(doubt="") | Q(refunds__in=undecided), order__in=entries.values("order")
    )
    found = entries.filter(order__in=doubted.values("order")).values_list("partner", "order")
    return set(found.distinct())


def _taken(since: QuerySet[LedgerEntry]) -> set[Key]:
    sums: Iterable[tuple[int, int]] = (
        since.values("partner", "order").annotate(sum=Sum("amount")).filter(sum__lt=0)
    ).values_list("partner", "order")
    return set(sums)


def _without_cash(entries: QuerySet[LedgerEntry], since: QuerySet[LedgerEntry]) -> set[Key]:
    """Return the orders whose cash is owed to the hub, or was charged to the producer since."""
    paid_for = Parcel.objects.filter(pk__in=entries.filter(amount__gt=0).values("parcel"))
    owed = paid_for.filter(cash_is_missing()).values_list("partner", "order")
    charged = since.filter(kind=LedgerEntry.Kind.CASH, parcel__in=entries.values("parcel"))
    return set(owed) | _taken(charged)

"""What tax was withheld in one month, by producer, for the declaration; and what of it the hub paid to the tax office."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.formats import vnd
from shop.core.actors import Actor
from shop.core.csv_cells import Cell
from shop.ledger.models import LedgerEntry, SaleWithholding, TaxPayment
from shop.ledger.models.entry import LedgerQuerySet
from shop.partner.models import Partner

K = LedgerEntry.Kind
REVENUE = (K.GOODS, K.SHIPPING, K.DISCOUNT)
DECEMBER = 12
MAX_NOTE = 300


class TaxPaymentUndone(Exception):
    """Somebody undid the payment before; the message is for people."""


class TaxPaymentKnown(Exception):
    """This number stands on another payment of tax; the message is for people."""


@dataclass(frozen=True)
class ProducerMonth:
    """One producer's revenue of a month from which tax is withheld, and the taxes, in đồng.

    What went back in the month is taken off, also of sales of earlier months: all may be below zero.
    """

    partner: Partner
    revenue: Decimal
    vat: Decimal
    pit: Decimal

    @property
    def total(self) -> Decimal:
        """Return both taxes together."""
        return self.vat + self.pit


@dataclass(frozen=True)
class Month:
    """What was withheld in a month, by producer and in all, and what was paid of it; đồng."""

    first: date
    producers: list[ProducerMonth]
    withheld: Decimal
    paid: Decimal

    @property
    def left(self) -> Decimal:
        """Return what is still to be paid to the tax office."""
        return self.withheld - self.paid


def next_month(first: date) -> date:
    """Return the first day of the month after that of `first`."""
    ends_year = first.month == DECEMBER
    return first.replace(year=first.year + ends_year, month=1 if ends_year else first.month + 1)


def months() -> list[date]:
    """Return the first days of the months in which tax was withheld, the newest first."""
    found = LedgerEntry.objects.filter(kind__in=[K.TAX_VAT, K.TAX_PIT], partner=None).order_by()
    return [moment.date() for moment in found.datetimes("at", "month", order="DESC")]


def of_month(first: date) -> Month:
    """Return what was withheld in the month that begins with `first`, by the shop's days."""
    entries = _within(first)
    taxed = SaleWithholding.objects.values("parcel")
    theirs = entries.filter(partner__isnull=False, parcel__in=taxed).order_by().values("partner")
    sums = theirs.annotate(
        revenue=Sum("amount", filter=Q(kind__in=REVENUE), default=Decimal(0)),
        vat=-Sum("amount", filter=Q(kind=K.TAX_VAT), default=Decimal(0)),
        pit=-Sum("amount", filter=Q(kind=K.TAX_PIT), default=Decimal(0)),
    )
    by_partner = {row.pop("partner"): row for row in sums}
    partners = Partner.objects.filter(pk__in=by_partner).select_related("commune__province")
    return Month(
        first=first,
        producers=[
            ProducerMonth(partner, **by_partner[partner.pk])
            for partner in partners.order_by("name", "pk")
            if any(by_partner[partner.pk].values())
        ],
        withheld=entries.of_tax_office().exclude(kind=K.TAX_PAID).total(),
        paid=TaxPayment.objects.filter(month=first).total(),
    )


def pay(*, month: date, amount: Decimal, reference: str, by: Actor) -> TaxPayment:
    """Note that the hub paid `amount` of a month's tax, under the number of the bank or the paying-in slip; once.

    Raises:
        TaxPaymentKnown: the number stands on another month or sum.
    """
    reference = reference.strip()
    try:
        with transaction.atomic():
            payment = TaxPayment.objects.create(
                month=month, amount=amount, reference=reference, by=by.user, by_name=by.name
            )
            LedgerEntry.objects.create(
                kind=K.TAX_PAID,
                amount=-amount,
                reference=f"tax-payment-{payment.pk}",
                actor_name=by.name,
                note=f"{month:%Y-%m} {reference}",
            )
    except IntegrityError:
        payment = TaxPayment.objects.standing().get(reference=reference)
        if (payment.month, payment.amount) != (month, amount):
            words = {"reference": reference, "month": f"{payment.month:%m/%Y}", "amount": vnd(payment.amount)}
            raise TaxPaymentKnown(
                _("Mã %(reference)s đã ghi cho tháng %(month)s với %(amount)s.") % words
            ) from None
    return payment


def undo(*, payment_id: int, reason: str, by: Actor) -> TaxPayment:
    """Take back a payment that was noted wrongly: its sum is to be paid again, its number is free. Once.

    Raises:
        TaxPaymentUndone: it is undone already.
    """
    with transaction.atomic():
        standing = TaxPayment.objects.standing().filter(pk=payment_id)
        facts = {"undone_at": timezone.now(), "undone_by": by.user, "undone_by_name": by.name}
        if not standing.update(undone_for=reason, **facts):
            raise TaxPaymentUndone(_("Khoản này đã bỏ rồi."))
        payment = TaxPayment.objects.get(pk=payment_id)
        LedgerEntry.objects.create(
            kind=K.TAX_PAID,
            amount=payment.amount,
            reference=f"tax-payment-{payment.pk}-undone",
            actor_name=by.name,
            note=f"{payment.month:%Y-%m} {payment.reference}: {reason}"[:MAX_NOTE],
        )
    return payment


def rows(month: Month) -> Iterator[list[Cell]]:
    """Yield a month as a table for the declaration, heading first; amounts in đồng."""
    yield [
        _("Tháng"),
        _("Cơ sở"),
        _("Loại hình"),
        _("Mã số thuế"),
        _("Số định danh cá nhân (CCCD)"),
        _("Địa chỉ"),
        _("Doanh thu, đồng"),
        _("Thuế GTGT khấu trừ, đồng"),
        _("Thuế TNCN khấu trừ, đồng"),
        _("Tổng thuế khấu trừ, đồng"),
    ]
    for one in month.producers:
        partner = one.partner
        yield [
            f"{month.first:%Y-%m}",
            partner.name,
            partner.get_legal_form_display(),
            partner.tax_code,
            partner.citizen_id,
            _address(partner),
            one.revenue,
            one.vat,
            one.pit,
            one.total,
        ]


def _within(first: date) -> LedgerQuerySet:
    start, end = (timezone.make_aware(datetime.combine(day, time.min)) for day in (first, next_month(first)))
    entries: LedgerQuerySet = LedgerEntry.objects.filter(at__gte=start, at__lt=end)
    return entries


def _address(partner: Partner) -> str:
    commune = partner.commune
    places = [commune.full_name, commune.province.full_name] if commune else []
    return ", ".join(part for part in (partner.address, *places) if part)

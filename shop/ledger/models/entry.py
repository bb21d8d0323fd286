"""One entry of the ledger: a signed sum on one account, appended and never changed."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn, Self

from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.order.models.log import AppendOnly

if TYPE_CHECKING:
    from shop.ledger.models.payout import Payout


class LedgerQuerySet(AppendOnly):
    """Entries of the ledger: written once; only the payout that pays them is noted later."""

    def total(self) -> Decimal:
        """Return their sum, in đồng."""
        return self.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)

    def of_tax_office(self) -> Self:
        """Return the account of the tax office: what was withheld for it (above zero) and paid to it (below)."""
        return self.filter(partner=None, kind__in=["tax_vat", "tax_pit", "tax_paid"])

    def assign(self, payout: "Payout") -> int:
        """Note that `payout` pays those of these entries that no other payout pays; return how many."""
        return models.QuerySet.update(self.filter(payout=None), payout=payout)


class LedgerEntry(models.Model):
    """A sum that an account got (above zero) or gave (below), in whole đồng.

    The account is a producer's, or the hub's when `partner` is empty; the taxes among the latter are the tax
    office's (`of_tax_office`). All entries together are the money kept (shop.ledger.checking says what that is; `manage.py check_ledger` proves it).
    """

    class Kind(models.TextChoices):
        HELD = "held", _("giữ hộ")  # came in and is not yet anybody's
        GOODS = "goods", _("tiền hàng")
        SHIPPING = "shipping", _("phí giao")
        DISCOUNT = "discount", _("giảm giá sàn chịu")  # the hub's part of the price, paid to the producer
        COMMISSION = "commission", _("phí sàn")
        SURCHARGE = "surcharge", _("phí thu hộ")
        REFUND = "refund", _("hoàn do sàn chịu")  # went back beyond what any producer had
        ADJUSTMENT = "adjustment", _("điều chỉnh")
        CASH = "cash", _("tiền mặt cơ sở đã cầm")  # it has the money already, or its carrier has
        PAID_IN = "paid_in", _("cơ sở nộp")  # a producer paid what it owed
        CARRIER_FEE = "carrier_fee", _("phí vận chuyển")  # what a carrier of the hub's kept
        DIFFERENCE = "difference", _("chênh lệch tiền mặt")  # the hub's loss or surplus
        TAX_VAT = "tax_vat", _("thuế GTGT khấu trừ")  # the producer's, kept for the tax office
        TAX_PIT = "tax_pit", _("thuế TNCN khấu trừ")
        TAX_PAID = "tax_paid", _("đã nộp thuế")
        CARD_FEE = "card_fee", _("phí của Stripe")  # the hub's cost
        OTHER = "other", _("thu chi khác của sàn")  # a line of the bank that staff explained so
        PAYOUT = "payout", _("đã chi trả")

    partner = models.ForeignKey(
        "partner.Partner",
        verbose_name=_("cơ sở"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ledger",
        help_text=_("Trống: sàn."),
    )
    order = models.ForeignKey(
        "order.Order",
        verbose_name=_("đơn hàng"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ledger",
    )
    parcel = models.ForeignKey(
        "order.Parcel",
        verbose_name=_("kiện"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ledger",
    )
    line = models.ForeignKey(
        "order.Line",
        verbose_name=_("dòng hàng"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ledger",
    )
    payment = models.ForeignKey(
        "payment.Payment",
        verbose_name=_("thanh toán"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ledger",
    )
    refund = models.ForeignKey(
        "payment.Refund",
        verbose_name=_("khoản hoàn"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ledger",
    )
    payout = models.ForeignKey(
        "ledger.Payout",
        verbose_name=_("kỳ chi trả"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,  # an open payout that is discarded releases its entries
        related_name="entries",
    )
    kind = models.CharField(_("loại"), max_length=12, choices=Kind)
    amount = models.DecimalField(_("số tiền, đồng"), max_digits=12, decimal_places=0)
    reference = models.CharField(_("tham chiếu"), max_length=120, unique=True)
    at = models.DateTimeField(_("lúc"), default=timezone.now, db_index=True)
    actor_name = models.CharField(_("ai"), max_length=120, blank=True)
    note = models.CharField(_("lý do"), max_length=300, blank=True)

    objects = LedgerQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("dòng sổ tiền")
        verbose_name_plural = _("sổ tiền")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["partner", "at"], name="ledger_partner_at"),
            models.Index(fields=["partner"], condition=Q(payout=None), name="ledger_not_paid_out"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="ledger_amount_not_zero"),
            models.CheckConstraint(condition=~Q(reference=""), name="ledger_has_a_reference"),
            models.CheckConstraint(
                condition=~Q(kind="payout") | Q(partner__isnull=False), name="ledger_payout_to_a_producer"
            ),
            models.CheckConstraint(
                condition=~Q(kind="held") | Q(partner=None), name="ledger_held_by_the_hub"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["cash", "paid_in"]) | Q(partner__isnull=False),
                name="ledger_cash_of_a_producer",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["carrier_fee", "difference"]) | Q(partner=None),
                name="ledger_carriers_cost_the_hub",
            ),
            models.CheckConstraint(
                condition=~Q(kind="tax_paid") | Q(partner=None, order=None),
                name="ledger_tax_office_is_paid_by_the_hub",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["card_fee", "other"]) | Q(partner=None, order=None),
                name="ledger_costs_are_the_hubs",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["tax_vat", "tax_pit"]) | Q(parcel__isnull=False),
                name="ledger_tax_of_a_parcel",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.amount:.0f}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("The ledger is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise TypeError("The ledger is append-only.")

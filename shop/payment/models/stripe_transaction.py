"""What moved on the hub's balance at Stripe, as Stripe tells it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

CURRENCY = "vnd"  # has no smaller unit: amounts are whole đồng
PAYOUT = "payout"
CAME_BACK = ("payout_cancel", "payout_failure")  # not "payout_minimum_balance_hold": that never leaves Stripe


class StripeTransaction(models.Model):
    """One of Stripe's balance transactions, kept once under its id and never changed.

    Amounts are in the smallest unit of the currency: whole đồng where that is `vnd`. What Stripe keeps of it
    is `fee`; its balance moves by `net`. Elsewhere: Stripe's BalanceTransaction, whose words `kind` has.
    """

    reference = models.CharField(_("mã của Stripe"), max_length=120, unique=True)
    kind = models.CharField(_("loại"), max_length=60)
    currency = models.CharField(_("loại tiền"), max_length=3)
    amount = models.DecimalField(_("số tiền"), max_digits=14, decimal_places=0)
    fee = models.DecimalField(_("phí"), max_digits=14, decimal_places=0)
    subject = models.CharField(
        _("về khoản nào"),
        max_length=120,
        blank=True,
        help_text=_("Mã thanh toán, hoàn tiền, khiếu nại hoặc lần chuyển của Stripe."),
    )
    created_at = models.DateTimeField(_("lúc"), db_index=True)
    arrives_on = models.DateField(_("về ngân hàng ngày"), null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        app_label = "payment"
        verbose_name = _("giao dịch ở Stripe")
        verbose_name_plural = _("giao dịch ở Stripe")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reference=""), name="stripe_transaction_has_a_reference")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"

    @property
    def is_payout(self) -> bool:
        """Return whether it left for the hub's bank account, or came back from there."""
        return self.kind == PAYOUT or self.kind in CAME_BACK

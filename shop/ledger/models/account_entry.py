"""Where the hub's money is: what came into its accounts at banks and at Stripe, and what left them, by our books."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.order.models.log import WrittenOnce


class AccountEntry(WrittenOnce):
    """What our books say came into an account (above zero) or left it (below), in whole đồng; appended, never changed.

    The account is one at a bank, or the balance at Stripe when `account` is empty. `subject` is what a line of
    the bank or a movement at Stripe names, too, when it is the same money.
    """

    class Kind(models.TextChoices):
        RECEIVED = "received", _("khách trả")
        REFUND = "refund", _("hoàn khách")  # a dispute's, too
        FEE = "fee", _("phí của Stripe")
        PROVIDER = "provider", _("Stripe chuyển về ngân hàng")
        PAYOUT = "payout", _("chi trả cơ sở")
        PAID_IN = "paid_in", _("cơ sở nộp")
        CASH = "cash", _("tiền mặt nộp về")
        TAX = "tax", _("nộp thuế khấu trừ")
        OTHER = "other", _("thu chi khác của sàn")  # an income or a cost that no other record tells of

    account = models.ForeignKey(
        "payment.BankAccount",
        verbose_name=_("tài khoản"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="entries",
        help_text=_("Trống: số dư ở Stripe."),
    )
    day = models.DateField(_("ngày"))
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    amount = models.DecimalField(_("số tiền, đồng"), max_digits=12, decimal_places=0)
    subject = models.CharField(_("về khoản nào"), max_length=120, blank=True, db_index=True)
    line = models.ForeignKey(
        "payment.BankLine",
        verbose_name=_("khoản ở ngân hàng"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="entries",
    )
    reference = models.CharField(_("tham chiếu"), max_length=120, unique=True)
    at = models.DateTimeField(_("ghi lúc"), default=timezone.now)
    actor_name = models.CharField(_("ai"), max_length=120, blank=True)
    note = models.CharField(_("lý do"), max_length=300, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("dòng sổ tài khoản")
        verbose_name_plural = _("sổ tài khoản")
        ordering = ["pk"]
        indexes = [models.Index(fields=["account", "day"], name="account_entry_day")]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="account_entry_not_zero"),
            models.CheckConstraint(condition=~Q(reference=""), name="account_entry_has_a_reference"),
            models.CheckConstraint(
                condition=~Q(kind="fee") | Q(account=None), name="account_fees_are_stripes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.amount:.0f}"


class OpeningBalance(models.Model):
    """What was on an account of the hub's when a day began, as its statement says; reconciling begins there."""

    account = models.OneToOneField(
        "payment.BankAccount", verbose_name=_("tài khoản"), on_delete=models.PROTECT, related_name="opening"
    )
    day = models.DateField(_("từ ngày"))
    amount = models.DecimalField(_("số dư đầu ngày, đồng"), max_digits=14, decimal_places=0)
    by_name = models.CharField(_("ai ghi"), max_length=120)
    at = models.DateTimeField(_("ghi lúc"), auto_now=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("số dư đầu")
        verbose_name_plural = _("số dư đầu")

    def __str__(self) -> str:
        return f"{self.account}: {self.amount:.0f}"

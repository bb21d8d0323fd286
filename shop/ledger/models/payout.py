"""What one producer is paid at one time."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from shop.core.states import HasStates


class Payout(HasStates, models.Model):
    """One bank transfer to one producer for the ledger entries assigned to it, in whole đồng.

    The bank account is the one of the day it was made. State changes only through the verbs of
    shop.ledger.payouts, on a locked row; a producer has at most one open payout.
    """

    class State(models.TextChoices):
        OPEN = "open", _("chờ chuyển khoản")
        PAID = "paid", _("đã chuyển")

    TRANSITIONS = {State.OPEN: frozenset({State.PAID}), State.PAID: frozenset[State]()}

    partner = models.ForeignKey(
        "partner.Partner", verbose_name=_("cơ sở"), on_delete=models.PROTECT, related_name="payouts"
    )
    run = models.DateField(_("kỳ"), help_text=_("Ngày lập bảng chi trả."))
    state = models.CharField(_("tình trạng"), max_length=4, choices=State, default=State.OPEN)
    total = models.DecimalField(_("số tiền, đồng"), max_digits=12, decimal_places=0)
    bank_bin = models.CharField(_("mã ngân hàng"), max_length=6)
    bank_account = models.CharField(_("số tài khoản"), max_length=19)
    bank_holder = models.CharField(_("chủ tài khoản"), max_length=80)
    file = models.ForeignKey(
        "ledger.TransferFile",
        verbose_name=_("tệp chuyển khoản"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="payouts",
    )
    reference = models.CharField(_("mã giao dịch ngân hàng"), max_length=120, blank=True)
    made_at = models.DateTimeField(_("lập lúc"), auto_now_add=True)
    paid_at = models.DateTimeField(_("chuyển lúc"), null=True, blank=True)
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ai chuyển"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("khoản chi trả")
        verbose_name_plural = _("chi trả")
        ordering = ["-run", "partner__name"]
        constraints = [
            models.CheckConstraint(condition=Q(total__gt=0), name="payout_total_positive"),
            models.CheckConstraint(
                condition=Q(state="open", paid_at=None) | Q(state="paid", paid_at__isnull=False),
                name="payout_paid_has_a_time",
            ),
            models.UniqueConstraint(
                fields=["partner"], condition=Q(state="open"), name="payout_one_open_per_producer"
            ),
            models.UniqueConstraint(
                fields=["partner", "reference"], condition=~Q(reference=""), name="payout_transferred_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner}, {date_format(self.run, 'SHORT_DATE_FORMAT')}"

    @property
    def memo(self) -> str:
        """Return the memo of the bank transfer: at most 25 ASCII letters, digits, spaces."""
        return f"{settings.MARKET.ascii_name.upper()} {self.run:%d%m%y} {self.pk % 10_000}"

    @property
    def is_unapproved(self) -> bool:
        """Return whether it waits for a second person."""
        approval = getattr(self, "approval", None)
        return approval is not None and not approval.confirmed_at

    @property
    def is_paid(self) -> bool:
        """Return whether its money has left."""
        return self.state == self.State.PAID

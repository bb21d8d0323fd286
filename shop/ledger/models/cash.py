"""Cash that buyers paid at the door or a counter: who holds it, and what became of it."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.order.models.log import WrittenOnce


class Holder(models.TextChoices):
    """Who has the cash of a parcel."""

    PRODUCER = "producer", _("cơ sở")
    PRODUCER_CARRIER = "producer_carrier", _("hãng vận chuyển của cơ sở")
    HUB_CARRIER = "hub_carrier", _("hãng vận chuyển của sàn")
    SALES_POINT = "sales_point", _("điểm bán")
    HUB = "hub", _("sàn")


# What these hold is charged to the producer at once: it has the money, or gets it from its carrier.
CHARGED = (Holder.PRODUCER, Holder.PRODUCER_CARRIER)
# What these hold is to be handed over to the hub; the producer is paid after that.
OWING = (Holder.HUB_CARRIER, Holder.SALES_POINT)


class CashHolding(models.Model):
    """Who holds the cash of one parcel now. Changed only by shop.ledger.cash, with the order locked.

    Cash without such a row was booked before holders were known: the hub has it.
    """

    parcel = models.OneToOneField(
        "order.Parcel", verbose_name=_("kiện"), on_delete=models.PROTECT, related_name="cash_holding"
    )
    receipt = models.OneToOneField(
        "payment.Receipt", verbose_name=_("khoản thu"), on_delete=models.PROTECT, related_name="holding"
    )
    holder = models.CharField(_("ai giữ"), max_length=16, choices=Holder, db_index=True)
    name = models.CharField(_("tên người giữ"), max_length=120, blank=True)
    since = models.DateTimeField(_("từ lúc"), default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("tiền mặt")
        verbose_name_plural = _("tiền mặt")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(holder__in=[holder.value for holder in Holder]), name="cash_holder_is_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.parcel}: {self.get_holder_display()}"

    @property
    def in_hand(self) -> Decimal:
        """Return what of it its holder still has, in đồng."""
        return self.entries.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


class CashEntry(WrittenOnce):
    """What came into a holder's hands (above zero) or left them (below), in whole đồng; appended, never changed."""

    class Kind(models.TextChoices):
        COLLECTED = "collected", _("thu của khách")
        REMITTED = "remitted", _("nộp về sàn")
        RETURNED = "returned", _("trả lại khách")
        UNCOLLECTED = "uncollected", _("chưa thu được")  # the parcel was not handed over after all
        MOVED = "moved", _("đổi người giữ")
        DIFFERENCE = "difference", _("chênh lệch")  # the hub bears a loss, keeps a surplus

    holding = models.ForeignKey(CashHolding, on_delete=models.PROTECT, related_name="entries")
    holder = models.CharField(_("ai giữ"), max_length=16, choices=Holder)
    name = models.CharField(_("tên người giữ"), max_length=120, blank=True)
    kind = models.CharField(_("loại"), max_length=12, choices=Kind)
    amount = models.DecimalField(_("số tiền, đồng"), max_digits=12, decimal_places=0)
    refund = models.ForeignKey(
        "payment.Refund", null=True, blank=True, on_delete=models.PROTECT, related_name="cash_entries"
    )
    reference = models.CharField(_("tham chiếu"), max_length=120, unique=True)
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor_name = models.CharField(_("ai"), max_length=120)
    note = models.CharField(_("lý do"), max_length=300, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("dòng tiền mặt")
        verbose_name_plural = _("sổ tiền mặt")
        ordering = ["pk"]
        indexes = [models.Index(fields=["holder", "name"], name="cash_entry_holder")]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="cash_entry_not_zero"),
            models.CheckConstraint(condition=~Q(reference=""), name="cash_entry_has_a_reference"),
            models.CheckConstraint(
                condition=~Q(kind="collected") | Q(amount__gt=0), name="cash_collected_is_positive"
            ),
            models.UniqueConstraint(
                fields=["holding"], condition=Q(kind="collected"), name="cash_collected_once"
            ),
            models.CheckConstraint(
                condition=~Q(kind="difference") | Q(holder__in=[*OWING]), name="cash_difference_of_who_owes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.amount:.0f}"

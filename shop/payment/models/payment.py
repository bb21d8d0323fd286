"""One attempt to get an order's money: a row with few states."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shop.core.codes import new_token
from shop.core.states import HasStates
from shop.payment.models.doubt import words

LIVE = frozenset({"pending"})  # money may still come
HOLDING = LIVE | {"failed"}  # until its deadline the buyer may try again: the stock is held


class Payment(HasStates, models.Model):
    """One attempt to pay one order by one method; amounts in whole đồng.

    An order may have several attempts and at most one that succeeded: the database keeps
    that. An order that costs nothing has none. State changes only through the verbs of
    this package, on a locked row (docs/locking.md).
    """

    class State(models.TextChoices):
        PENDING = "pending", _("đang chờ tiền")
        PAID = "paid", _("đã nhận đủ")
        FAILED = "failed", _("không thành")
        EXPIRED = "expired", _("hết hạn")
        CANCELLED = "cancelled", _("đã huỷ")
        REVIEW = "review", _("cần người xem")

    TRANSITIONS = {  # docs/payments.md says what each means
        State.PENDING: frozenset({State.PAID, State.FAILED, State.EXPIRED, State.CANCELLED, State.REVIEW}),
        State.FAILED: frozenset({State.PAID, State.REVIEW}),  # money may come late in these three
        State.EXPIRED: frozenset({State.PAID, State.REVIEW}),
        State.CANCELLED: frozenset({State.PAID, State.REVIEW}),
        State.REVIEW: frozenset({State.PAID}),
        State.PAID: frozenset({State.PENDING}),  # cash alone: it was not collected after all
    }

    order = models.ForeignKey(
        "order.Order", verbose_name=_("đơn hàng"), on_delete=models.PROTECT, related_name="payments"
    )
    method = models.CharField(_("cách trả"), max_length=30)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.PENDING)
    token = models.CharField(_("khoá"), max_length=43, unique=True, default=new_token, editable=False)
    amount = models.DecimalField(_("số tiền, đồng"), max_digits=12, decimal_places=0)
    received = models.DecimalField(_("đã nhận, đồng"), max_digits=12, decimal_places=0, default=Decimal(0))
    reference = models.CharField(_("mã của bên thu tiền"), max_length=255, null=True, blank=True, unique=True)
    deadline = models.DateTimeField(_("hạn"), null=True, blank=True, db_index=True)
    doubt = models.TextField(
        _("vì sao cần xem"), blank=True
    )  # codes and values (Doubt), one a line, as long as nobody has looked
    doubts_seen = models.JSONField(
        _("đã xem"), default=list, db_default=models.Value([], models.JSONField()), blank=True
    )  # the provider may report them for ever
    rechecks = models.PositiveSmallIntegerField(_("số lần hỏi lại sau khi trả"), default=0)
    left_open_at = models.DateTimeField(
        _("chưa đóng được ở bên thu tiền từ"), null=True, blank=True
    )  # it was let go while the provider did not answer (shop.payment.left_open)
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    changed_at = models.DateTimeField(_("đổi lúc"), auto_now=True)

    class Meta:
        app_label = "payment"
        verbose_name = _("thanh toán")
        verbose_name_plural = _("thanh toán")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["rechecks", "created_at"], name="payment_rechecks"),
            models.Index(
                fields=["left_open_at"], condition=Q(left_open_at__isnull=False), name="payment_left_open"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(condition=Q(received__gte=0), name="payment_received_not_negative"),
            models.CheckConstraint(condition=~Q(reference=""), name="payment_reference_not_blank"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(state="paid"), name="payment_one_paid_per_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.amount:.0f} ({self.state})"

    @property
    def is_live(self) -> bool:
        """Return whether its money may still come in the ordinary way."""
        return self.state in LIVE

    @property
    def doubt_words(self) -> str:
        """Return the reasons in the reader's language, one a line."""
        return "\n".join(words(line) for line in self.doubt.splitlines())

    def add_doubt(self, why: str) -> bool:
        """Add a reason for a person to look; the caller saves. Return False when it waits already.

        Args:
            why: Doubt.….of(…), or a provider's own words.
        """
        why, waiting = " ".join(why.split()), self.doubt.splitlines()
        if why in waiting or words(why) in waiting:
            return False
        self.doubt = "\n".join([*waiting, why])
        return True

    def has_seen(self, why: str) -> bool:
        """Return whether staff have looked at this reason; earlier releases noted its words."""
        why = " ".join(why.split())
        return why in self.doubts_seen or words(why) in self.doubts_seen

    def clear_doubts(self) -> None:
        """Remove the doubts, a person has looked at them; the caller saves."""
        self.doubts_seen = [*self.doubts_seen, *self.doubt.splitlines()]
        self.doubt = ""

    @property
    def missing(self) -> Decimal:
        """Return what is still to come, in đồng; what went back, or will, has not come."""
        return max(Decimal(0), self.amount - self.received + self.refunds.effective().given().total())

"""Money on its way back to a buyer."""

from decimal import Decimal

from django.db import models
from django.db.models import Exists, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shop.core.states import HasStates
from shop.payment.models.doubt import words


class RefundQuerySet(models.QuerySet["Refund"]):
    """Refunds by what they mean for the rest of the money."""

    def effective(self) -> "RefundQuerySet":
        """Return those that are done or will be: they limit what else may be refunded."""
        return self.exclude(state__in=[Refund.State.FAILED, Refund.State.CANCELLED])

    def to_transfer(self) -> "RefundQuerySet":
        """Return those that staff have still to transfer to the buyer's bank account."""
        return self.filter(way=Refund.Way.BANK, state=Refund.State.REQUESTED, external=False)

    def unapproved(self) -> "RefundQuerySet":
        """Return those that wait for a second person."""
        return self.filter(
            state=Refund.State.REQUESTED, approval__isnull=False, approval__confirmed_at__isnull=True
        )

    def approved(self) -> "RefundQuerySet":
        """Return those that wait for no second person."""
        return self.exclude(pk__in=Refund.objects.unapproved().order_by().values("pk"))

    def disputes(self) -> "RefundQuerySet":
        """Return what banks took for disputes that were not won: undecided ones, and lost ones."""
        return self.effective().filter(disputed=True)

    def stopping(self) -> "RefundQuerySet":
        """Return the disputes that keep goods from leaving: undecided ones, and lost ones nobody has decided on."""
        return self.disputes().filter(Q(dispute_open=True) | Q(send_anyway=False))

    def held(self) -> "RefundQuerySet":
        """Return those by card that are not sent while a dispute of their payment is undecided."""
        undecided = Refund.objects.disputes().filter(payment=OuterRef("payment"), dispute_open=True)
        waiting = self.filter(way=Refund.Way.CARD, state=Refund.State.REQUESTED, external=False)
        return waiting.filter(Exists(undecided))

    def to_repeat(self) -> "RefundQuerySet":
        """Return our own that failed and were not given again: as much, for the same parcel and line, later."""
        again = Refund.objects.effective().filter(
            payment=OuterRef("payment"),
            amount=OuterRef("amount"),
            pk__gt=OuterRef("pk"),
            called_off=False,  # that is about units of its own
        )
        target = {"for_parcel": "parcel", "for_line": "line"}
        again = again.alias(**{name: Coalesce(field, 0) for name, field in target.items()})
        again = again.filter(**{name: Coalesce(OuterRef(field), 0) for name, field in target.items()})
        return self.filter(~Exists(again), state=Refund.State.FAILED, external=False, uncollected=False)

    def given(self) -> "RefundQuerySet":
        """Return those by which money goes back to the buyer: not what was never collected."""
        return self.filter(uncollected=False)

    def total(self) -> Decimal:
        """Return their sum, in đồng."""
        return self.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


class Refund(HasStates, models.Model):
    """One sum given back from one payment, in whole đồng.

    The row is written first, in the transaction that decides on it; the provider is called after
    the commit, with `key`, and again with the same key until it answers. `external` rows were
    made in the provider's dashboard or withdrawn in a dispute, and only recorded here.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("chờ hoàn")
        DONE = "done", _("đã hoàn")
        FAILED = "failed", _("không thành")
        CANCELLED = "dropped", _("đã bỏ")  # by staff: it was wrong, nothing was sent

    TRANSITIONS = {  # docs/payments.md says what each means
        State.REQUESTED: frozenset({State.DONE, State.FAILED, State.CANCELLED}),
        State.DONE: frozenset({State.FAILED}),  # it came back, or a dispute was won
        State.FAILED: frozenset({State.CANCELLED}),  # given back in another way
        State.CANCELLED: frozenset[State](),
    }

    class Way(models.TextChoices):
        CARD = "card", _("về thẻ")
        BANK = "bank", _("chuyển khoản")
        CASH = "cash", _("tiền mặt")

    payment = models.ForeignKey(
        "payment.Payment", verbose_name=_("thanh toán"), on_delete=models.PROTECT, related_name="refunds"
    )
    parcel = models.ForeignKey(
        "order.Parcel",
        verbose_name=_("kiện"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="refunds",
    )
    line = models.ForeignKey(
        "order.Line",
        verbose_name=_("dòng hàng"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="refunds",
    )
    quantity = models.PositiveIntegerField(
        _("số lượng"), null=True, blank=True, help_text=_("Trống: hoàn một số tiền, không theo món.")
    )
    called_off = models.BooleanField(
        _("vì huỷ trước khi gửi"), default=False, help_text=_("Số lượng này không nằm trong kiện nữa.")
    )
    key = models.CharField(_("khoá"), max_length=120, unique=True)
    amount = models.DecimalField(_("số tiền, đồng"), max_digits=12, decimal_places=0)
    goods = models.DecimalField(
        _("trong đó tiền hàng, đồng"), max_digits=12, decimal_places=0, default=Decimal(0)
    )
    way = models.CharField(_("cách hoàn"), max_length=10, choices=Way)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.REQUESTED)
    reference = models.CharField(_("tham chiếu"), max_length=120, blank=True)
    external = models.BooleanField(_("bên thu tiền tự làm"), default=False)
    uncollected = models.BooleanField(
        _("chưa hề thu"),
        default=False,
        db_default=False,
        help_text=_("Bỏ tiền mặt đã ghi nhầm là thu; không ai trả lại gì."),
    )
    disputed = models.BooleanField(_("chủ thẻ khiếu nại"), default=False, db_default=False)
    dispute_open = models.BooleanField(_("khiếu nại chưa ngã ngũ"), default=False, db_default=False)
    send_anyway = models.BooleanField(
        _("vẫn gửi hàng"),
        default=False,
        db_default=False,
        help_text=_("Chợ thua khiếu nại này và quyết định hàng vẫn đi."),
    )
    reason = models.CharField(_("lý do"), max_length=300, blank=True)
    error = models.CharField(_("lỗi gần nhất"), max_length=300, blank=True)
    attempts = models.PositiveIntegerField(_("số lần gửi"), default=0)
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    done_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        app_label = "payment"
        verbose_name = _("khoản hoàn")
        verbose_name_plural = _("khoản hoàn")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state="requested"), name="refund_requested")
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(
                condition=Q(goods__gte=0) & Q(goods__lte=models.F("amount")),
                name="refund_goods_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(line=None, quantity=None, called_off=False)
                | Q(line__isnull=False, parcel__isnull=False, goods=models.F("amount")),
                name="refund_of_a_line_is_for_goods",
            ),
            models.CheckConstraint(
                condition=Q(quantity=None, called_off=False) | Q(quantity__gt=0),
                name="refund_quantity_positive",
            ),
            models.CheckConstraint(
                condition=Q(disputed=False) | Q(external=True), name="refund_disputed_is_external"
            ),
            models.CheckConstraint(
                condition=Q(dispute_open=False) | Q(disputed=True), name="refund_open_dispute_is_disputed"
            ),
            models.CheckConstraint(
                condition=Q(send_anyway=False) | Q(disputed=True), name="refund_send_anyway_is_disputed"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_at__isnull=False), name="refund_done_has_a_time"
            ),
            models.UniqueConstraint(
                fields=["payment", "reference"],
                condition=~Q(reference="") & Q(way="card"),  # one transfer may make several refunds
                name="refund_noted_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.amount:.0f} ({self.state})"

    @property
    def error_words(self) -> str:
        """Return the latest error: the shop's own in the reader's language, a provider's in its words."""
        return words(self.error)

    @property
    def is_unapproved(self) -> bool:
        """Return whether it waits for a second person."""
        approval = getattr(self, "approval", None)
        return self.state == self.State.REQUESTED and approval is not None and not approval.confirmed_at

    @property
    def purpose(self) -> str:
        """Return what it is for in words: parcel, units and line; empty for a whole payment."""
        if not self.parcel:
            return ""
        parcel = gettext("kiện %(number)s") % {"number": self.parcel.number}
        if self.uncollected:
            return gettext("%(parcel)s: ghi nhầm, chưa thu") % {"parcel": parcel}
        if not self.line:
            return parcel
        units = f"{self.quantity} × " if self.quantity else ""
        return f"{parcel}: {units}{self.line.title}"

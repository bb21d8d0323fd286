"""One line of a bank account of ours, and which payments share the money of one."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.core.states import HasStates


class BankLine(HasStates, models.Model):
    """Money in or out of an account, in whole đồng, as the bank, a service or a statement told of it.

    `key` is account and reference as all of them write it, so that what is told again is one row; it is the reference
    of the receipt, too. One transfer told under two numbers is two rows, of which the second waits for a person,
    with the first as `same_as`. Elsewhere: pretix' BankTransaction, an Entry of ISO 20022.
    """

    class Direction(models.TextChoices):
        IN = "in", _("tiền vào")
        OUT = "out", _("tiền ra")

    class Source(models.TextChoices):
        WEBHOOK = "webhook", _("tin báo")
        API = "api", _("hỏi dịch vụ")
        STATEMENT = "statement", _("sao kê")

    class State(models.TextChoices):
        NEW = "new", _("vừa nhận")
        WAITING = "waiting", _("chờ người xem")
        MATCHED = "matched", _("đã khớp")
        SET_ASIDE = "set_aside", _("không phải tiền đơn")
        DUPLICATE = "duplicate", _("trùng khoản khác")
        RECORDED = "recorded", _("tiền ra, chỉ ghi lại")

    TRANSITIONS = {  # docs/payments.md says what each means
        State.NEW: frozenset({State.WAITING, State.MATCHED, State.DUPLICATE, State.RECORDED}),
        State.WAITING: frozenset({State.MATCHED, State.SET_ASIDE, State.DUPLICATE}),
        State.MATCHED: frozenset(
            {State.SET_ASIDE, State.RECORDED}
        ),  # only where it was matched by a mistake of staff
        State.SET_ASIDE: frozenset({State.MATCHED}),
        State.DUPLICATE: frozenset({State.MATCHED}),
        State.RECORDED: frozenset({State.MATCHED}),
    }

    OPEN = frozenset(
        {State.WAITING, State.SET_ASIDE, State.RECORDED}
    )  # nothing of ours is known to be its money

    class Reason(models.TextChoices):
        """Why a line waits for a person."""

        NO_ORDER = "no_order", _("không có mã của đơn nào")
        SEVERAL = "several", _("có mã của nhiều đơn")
        NO_TRANSFER = "no_transfer", _("đơn không trả bằng chuyển khoản")
        ACCOUNT = "account", _("tài khoản không phải của chợ")
        CONFLICT = "conflict", _("mã giao dịch đã có với số tiền hoặc nội dung khác")
        DUPLICATE = "twice", _("có lẽ là khoản đã báo dưới mã khác")
        RETURNED = "returned", _("có lẽ là khoản hoàn của chợ quay lại")
        DAY = "day", _("ngày giao dịch không thể có")

    account = models.ForeignKey(
        "payment.BankAccount",
        verbose_name=_("tài khoản của chợ"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="lines",
    )
    account_number = models.CharField(_("số tài khoản"), max_length=40)
    direction = models.CharField(_("chiều"), max_length=3, choices=Direction)
    amount = models.DecimalField(_("số tiền, đồng"), max_digits=12, decimal_places=0)
    booked_on = models.DateField(_("ngày"), null=True, blank=True)
    booked_at = models.DateTimeField(_("ngân hàng ghi lúc"), null=True, blank=True)
    key = models.CharField(_("khoá"), max_length=120, unique=True)
    reference = models.CharField(_("mã giao dịch"), max_length=120, blank=True)
    other_references = models.JSONField(_("mã khác"), default=list, blank=True)
    service_id = models.CharField(
        _("mã của dịch vụ báo tin"), max_length=120, blank=True, default="", db_default=""
    )
    memo = models.CharField(_("nội dung"), max_length=500, blank=True)
    memo_digest = models.CharField(_("dấu của nội dung"), max_length=64, blank=True)
    order_code = models.CharField(_("mã đơn do dịch vụ tách ra"), max_length=40, blank=True)
    counterparty = models.CharField(_("bên kia"), max_length=120, blank=True)
    source = models.CharField(_("nguồn"), max_length=10, choices=Source)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.NEW)
    reason = models.CharField(_("vướng gì"), max_length=12, choices=Reason, blank=True)
    note = models.CharField(_("lý do để riêng"), max_length=300, blank=True)
    payment = models.ForeignKey(
        "payment.Payment",
        verbose_name=_("thanh toán"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="bank_lines",
    )
    refund = models.ForeignKey(
        "payment.Refund",
        verbose_name=_("khoản hoàn"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="bank_lines",
    )
    from_provider = models.BooleanField(
        _("tiền Stripe chuyển về"),
        default=False,
        db_default=False,
        help_text=_("Người xem nói vậy khi lần chuyển ấy chưa được biết."),
    )
    settles = models.CharField(
        _("trả cho"), max_length=60, blank=True, help_text=_("Loại và khoá của khoản chi trả: payout:12.")
    )
    same_as = models.ForeignKey(
        "self",
        verbose_name=_("có lẽ cùng khoản với"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="told_again",
    )
    statement = models.ForeignKey(
        "payment.BankStatement",
        verbose_name=_("sao kê"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="lines",
    )
    inbox = models.OneToOneField(
        "payment.Inbox",
        verbose_name=_("tin báo của bản trước"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    handled_by = models.CharField(_("người xử lý"), max_length=150, blank=True)
    handled_at = models.DateTimeField(_("xử lý lúc"), null=True, blank=True)
    received_at = models.DateTimeField(_("nhận lúc"), default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        app_label = "payment"
        verbose_name = _("khoản ở ngân hàng")
        verbose_name_plural = _("khoản ở ngân hàng")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["account_number", "amount", "direction"], name="bank_line_alike"),
            models.Index(fields=["account_number", "service_id"], name="bank_line_service"),
            models.Index(fields=["id"], condition=Q(state="new"), name="bank_line_new"),
            models.Index(fields=["id"], condition=Q(state="waiting"), name="bank_line_waiting"),
            models.Index(fields=["state", "handled_at"], name="bank_line_handled"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="bank_line_amount_positive"),
            models.CheckConstraint(
                condition=Q(direction__in=["in", "out"]), name="bank_line_has_a_direction"
            ),
            models.CheckConstraint(
                condition=Q(direction="in") | Q(payment=None), name="bank_line_out_pays_no_order"
            ),
            models.CheckConstraint(
                condition=Q(state="matched") | Q(payment=None, refund=None, settles=""),
                name="bank_line_for_something_is_matched",
            ),
            models.UniqueConstraint(
                fields=["settles"], condition=~Q(settles=""), name="bank_line_settles_once"
            ),
            models.UniqueConstraint(fields=["refund"], name="bank_line_refund_once"),
            models.CheckConstraint(
                condition=~Q(state="waiting") | ~Q(reason=""), name="bank_line_waits_for_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state="duplicate") | Q(same_as__isnull=False),
                name="bank_line_duplicate_of_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} {self.key}"

    @property
    def is_in(self) -> bool:
        """Return whether it is money that came."""
        return self.direction == self.Direction.IN


class BankLinePart(models.Model):
    """What one payment got of a transfer that pays several orders; the parts add up to the line at most."""

    line = models.ForeignKey(
        BankLine, verbose_name=_("khoản"), on_delete=models.PROTECT, related_name="parts"
    )
    payment = models.ForeignKey(
        "payment.Payment",
        verbose_name=_("thanh toán"),
        on_delete=models.PROTECT,
        related_name="bank_line_parts",
    )
    amount = models.DecimalField(_("số tiền, đồng"), max_digits=12, decimal_places=0)

    class Meta:
        app_label = "payment"
        verbose_name = _("phần của khoản ở ngân hàng")
        verbose_name_plural = _("phần của khoản ở ngân hàng")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="bank_line_part_positive"),
            models.UniqueConstraint(fields=["line", "payment"], name="bank_line_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.amount:.0f}"

    @property
    def key(self) -> str:
        """Return the reference of its receipt."""
        return f"{self.line.key}/{self.payment_id}"[-120:]

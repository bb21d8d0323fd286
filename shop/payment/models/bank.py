"""Bank accounts: the hub's own, which one a payment was asked into, a buyer's for a refund; statements."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shop.core import banks

if TYPE_CHECKING:
    from shop.order.models import Order


class Account(models.Model):
    """Bank, number and holder, checked and written as banks do."""

    bank = models.CharField(_("ngân hàng"), max_length=6, choices=banks.choices)
    number = models.CharField(
        _("số tài khoản"),
        max_length=19,
        validators=[banks.ACCOUNT_NUMBER],
    )
    holder = models.CharField(
        _("chủ tài khoản"), max_length=80, help_text=_("Như ngân hàng ghi: chữ hoa không dấu.")
    )

    class Meta:
        abstract = True

    @property
    def bank_name(self) -> str:
        """Return the bank's short name; its BIN when it has left the list."""
        found = banks.banks().get(self.bank)
        return found.name if found else self.bank

    @property
    def masked(self) -> str:
        """Return the bank and the end of the number: enough to know one's own account by."""
        return f"{self.bank_name} •••{self.number[-min(4, len(self.number) // 2) :]}"

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Write number and holder as banks do, then check them: capitals may be longer. Raises ValidationError."""
        self.number = banks.account_number(self.number or "")
        self.holder = banks.holder(self.holder or "")
        super().clean_fields(exclude=exclude)


class BankAccount(Account):
    """An account of the hub's that buyers transfer to; never deleted, payments name it."""

    is_active = models.BooleanField(_("đang nhận tiền"), default=True)
    is_default = models.BooleanField(
        _("dùng trước"), default=False, help_text=_("Đơn mới được chỉ vào tài khoản này.")
    )
    is_illustrative = models.BooleanField(
        _("minh hoạ"), default=False, help_text=_("Mã QR ghi rõ là mẫu, không dùng để trả tiền.")
    )

    class Meta:
        app_label = "payment"
        verbose_name = _("tài khoản ngân hàng")
        verbose_name_plural = _("tài khoản ngân hàng")
        ordering = ["-is_active", "-is_default", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["bank", "number"], name="bank_account_once"),
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="bank_account_one_default"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(is_active=True), name="bank_account_default_is_active"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_name} {self.number}"

    @classmethod
    def current(cls) -> "BankAccount | None":
        """Return the account that new payments are asked into; None: no transfer is offered."""
        return cls.objects.filter(is_active=True).first()

    def clean(self) -> None:
        super().clean()
        if self.is_default and not self.is_active:
            raise ValidationError({"is_default": _("Tài khoản dùng trước phải đang nhận tiền.")})


class RefundAccount(Account):
    """Where one refund by bank goes; deleted REFUND_ACCOUNT_KEEP_D days after it was transferred."""

    refund = models.OneToOneField(
        "payment.Refund",
        verbose_name=_("khoản hoàn"),
        on_delete=models.CASCADE,
        related_name="account",
        primary_key=True,
    )
    given_at = models.DateTimeField(_("ghi lúc"), auto_now=True)

    wagtail_reference_index_ignore = True

    class Meta:
        app_label = "payment"
        verbose_name = _("tài khoản nhận tiền hoàn")
        verbose_name_plural = _("tài khoản nhận tiền hoàn")

    def __str__(self) -> str:
        return self.masked

    @classmethod
    def of(cls, order: "Order") -> "RefundAccount | None":
        """Return the account that was given last for an order; transferred refunds keep older ones."""
        return cls.objects.filter(refund__payment__order=order).order_by("given_at").last()


class BankTransfer(models.Model):
    """Which account a payment was asked into: fixed when it begins, whatever is the default later."""

    payment = models.OneToOneField(
        "payment.Payment",
        verbose_name=_("thanh toán"),
        on_delete=models.PROTECT,
        related_name="bank_transfer",
        primary_key=True,
    )
    account = models.ForeignKey(
        BankAccount, verbose_name=_("tài khoản"), on_delete=models.PROTECT, related_name="transfers"
    )

    class Meta:
        app_label = "payment"
        verbose_name = _("chuyển khoản")
        verbose_name_plural = _("chuyển khoản")

    def __str__(self) -> str:
        return f"{self.payment_id} → {self.account_id}"


class BankStatement(models.Model):
    """A statement that staff handed in: kept until they confirm what is read from it, and all of it is taken.

    Its rows then stand as `BankLine`; the text, which names strangers, goes. `queued_at` is when staff pressed
    "Nhập": from then on the timer takes rows until `taken` is `total`.
    """

    account = models.ForeignKey(
        BankAccount, verbose_name=_("tài khoản"), on_delete=models.PROTECT, related_name="statements"
    )
    name = models.CharField(_("tên tệp"), max_length=120)
    text = models.TextField(_("nội dung"), blank=True)
    columns = models.JSONField(_("các cột"), default=dict)
    result = models.CharField(_("kết quả"), max_length=300, blank=True)
    counts = models.JSONField(
        _("số khoản"), null=True, blank=True
    )  # what became of the rows; None: see `result`
    queued_at = models.DateTimeField(_("bắt đầu nhập lúc"), null=True, blank=True)
    total = models.PositiveIntegerField(_("số dòng"), default=0, db_default=0)
    taken = models.PositiveIntegerField(_("số dòng đã nhập"), default=0, db_default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người nhập"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    confirmed_at = models.DateTimeField(_("xác nhận lúc"), null=True, blank=True)

    class Meta:
        app_label = "payment"
        verbose_name = _("sao kê")
        verbose_name_plural = _("sao kê")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def outcome(self) -> str:
        """Return what became of the rows, in the reader's language; earlier releases kept the words themselves."""
        if not self.counts:
            return self.result
        return ", ".join(self._parts_of_outcome()) + "."

    def _parts_of_outcome(self) -> list[str]:
        """Return how many rows came to what; releases before this one did not count those that nobody could read."""
        counts: dict[str, Any] = self.counts or {}
        return [
            ngettext("%(count)d khoản vào đơn", "%(count)d khoản vào đơn", counts["matched"])
            % {"count": counts["matched"]},
            ngettext("%(count)d khoản chờ người xem", "%(count)d khoản chờ người xem", counts["waiting"])
            % {"count": counts["waiting"]},
            ngettext("%(count)d khoản tiền ra", "%(count)d khoản tiền ra", counts["out"])
            % {"count": counts["out"]},
            ngettext("%(count)d dòng đã có", "%(count)d dòng đã có", counts["skipped"])
            % {"count": counts["skipped"]},
            *self._unread(),
        ]

    def _unread(self) -> list[str]:
        """Return how many rows could not be read, with their places in the file."""
        count, rows = (self.counts or {}).get("unread", 0), (self.counts or {}).get("unread_rows", [])
        if not count:
            return []
        named = ", ".join(map(str, rows)) + (" …" if count > len(rows) else "")
        words = ngettext(
            "%(count)d dòng không đọc được nên không nhập (dòng %(rows)s)",
            "%(count)d dòng không đọc được nên không nhập (dòng %(rows)s)",
            count,
        )
        return [words % {"count": count, "rows": named}]

"""A carrier's list of what it collected for the hub and kept as its fee."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.core.states import HasStates


class Remittance(models.Model):
    """A file of a carrier's, as it was handed in; nothing is booked before staff confirm it."""

    carrier = models.CharField(_("hãng vận chuyển"), max_length=80)
    name = models.CharField(_("tên tệp"), max_length=200)
    digest = models.CharField(_("dấu vết"), max_length=64)  # the same file is one row, until it is taken back
    rows = models.JSONField(_("các dòng"))
    tables = models.JSONField(_("các cột"))  # shop.ledger.remittances.columns.Table, one for each heading
    uploaded_at = models.DateTimeField(_("nhập lúc"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(_("ai"), max_length=120)
    confirmed_at = models.DateTimeField(_("xác nhận lúc"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_by_name = models.CharField(_("ai xác nhận"), max_length=120, blank=True, db_default="")
    taken_back_at = models.DateTimeField(_("bỏ lúc"), null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    taken_back_by_name = models.CharField(_("ai bỏ"), max_length=120, blank=True, db_default="")
    taken_back_for = models.CharField(_("lý do bỏ"), max_length=300, blank=True, db_default="")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("bảng kê thu hộ")
        verbose_name_plural = _("bảng kê thu hộ")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["digest"], condition=Q(taken_back_at=None), name="remittance_file_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.carrier}: {self.name}"


class RemittanceLine(HasStates, models.Model):
    """One parcel in a carrier's list, in whole đồng. Changed only by shop.ledger.remittances."""

    class State(models.TextChoices):
        NEW = "new", _("chưa xét")
        BOOKED = "booked", _("đã ghi")
        WAITING = "waiting", _("chờ người xem")
        SET_ASIDE = "set_aside", _("để riêng")

    TRANSITIONS = {
        State.NEW: frozenset({State.BOOKED, State.WAITING, State.SET_ASIDE}),
        State.WAITING: frozenset({State.WAITING, State.BOOKED, State.SET_ASIDE}),
        State.BOOKED: frozenset({State.WAITING}),
        State.SET_ASIDE: frozenset[State](),
    }

    class Reason(models.TextChoices):
        UNREADABLE = "unreadable", _("không đọc được số tiền")
        UNKNOWN = "unknown", _("không có kiện nào mang mã này")
        NOT_DELIVERED = "not_delivered", _("kiện chưa ghi là đã giao")
        NO_CASH = "no_cash", _("kiện này không thu tiền mặt")
        OTHER_HOLDER = "other_holder", _("sổ ghi người khác giữ tiền")
        LESS = "less", _("nộp thiếu")
        MORE = "more", _("nộp thừa")
        REFUSED = "refused", _("hãng báo không giao được, sổ ghi đã giao")
        TWICE = "twice", _("đã nộp rồi")
        SECOND_FEE = "second_fee", _("phí của kiện này đã ghi")
        HIGH_FEE = "high_fee", _("phí cao bất thường")
        FAILED = "failed", _("lỗi khi ghi, xem nhật ký máy chủ")
        TAKEN_BACK = "taken_back", _("đã bỏ ghi")

    remittance = models.ForeignKey(Remittance, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField(_("dòng"))
    code = models.CharField(_("mã vận đơn"), max_length=80)
    collected = models.DecimalField(
        _("tiền thu hộ, đồng"), max_digits=12, decimal_places=0, null=True, blank=True
    )
    fee = models.DecimalField(_("phí, đồng"), max_digits=12, decimal_places=0, default=Decimal(0))
    status = models.CharField(_("tình trạng theo hãng"), max_length=120, blank=True)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.NEW, db_index=True)
    reason = models.CharField(_("vướng gì"), max_length=14, choices=Reason, blank=True)
    parcel = models.ForeignKey(
        "order.Parcel",
        verbose_name=_("kiện"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="remittance_lines",
    )
    times_taken_back = models.PositiveSmallIntegerField(_("số lần bỏ ghi"), default=0, db_default=0)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)
    decided_by_name = models.CharField(_("ai quyết định"), max_length=120, blank=True)
    decided_at = models.DateTimeField(_("quyết định lúc"), null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("dòng bảng kê thu hộ")
        verbose_name_plural = _("dòng bảng kê thu hộ")
        ordering = ["remittance", "number"]
        constraints = [
            models.UniqueConstraint(fields=["remittance", "number"], name="remittance_line_once"),
            models.CheckConstraint(
                condition=Q(fee__gte=0) & (Q(collected=None) | Q(collected__gte=0)),
                name="remittance_sums_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(state="booked") | Q(parcel__isnull=False), name="remittance_booked_on_a_parcel"
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | ~Q(reason=""), name="remittance_waits_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remittance.carrier} {self.code}"

    @property
    def key(self) -> str:
        """Return what makes its booking one; another one after it was taken back."""
        again = f"-{self.times_taken_back}" if self.times_taken_back else ""
        return f"line-{self.pk}{again}"

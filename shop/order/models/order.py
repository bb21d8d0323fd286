"""The order: what one buyer asked for at one moment, whoever makes it."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from oscar.apps.order.abstract_models import AbstractOrder

from shop.core.codes import new_token

if TYPE_CHECKING:
    from shop.payment.models import Payment

MAX_GIFT_MESSAGE = 300
WHOLE_DONG = Q(total_incl_tax=Round(F("total_incl_tax"))) & Q(shipping_incl_tax=Round(F("shipping_incl_tax")))


class Order(AbstractOrder):
    """An order in whole đồng, VAT included; its number is the random code buyers quote.

    The status follows the parcels (shop.fulfilment.parcels) and the payment; nobody else sets it.
    """

    class Status(models.TextChoices):
        """The keys of OSCAR_ORDER_STATUS_PIPELINE, in the reader's words."""

        PENDING_PAYMENT = "Pending payment", _("Chờ thanh toán")
        EXPIRED = "Expired", _("Hết hạn thanh toán")
        PLACED = "Placed", _("Đã đặt")
        PROCESSING = "Processing", _("Đang chuẩn bị và giao")
        COMPLETE = "Complete", _("Hoàn tất")
        CANCELLED = "Cancelled", _("Đã huỷ")

    token = models.CharField(
        _("khoá đường dẫn"), max_length=43, unique=True, default=new_token, editable=False
    )
    language = models.CharField(
        _("ngôn ngữ"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    placed_at = models.DateTimeField(
        _("thành đơn lúc"),
        null=True,
        blank=True,
        help_text=_("Khi cơ sở bắt đầu được: lúc trả đủ, hoặc lúc đặt nếu trả khi nhận."),
    )
    gift_message = models.CharField(_("lời chúc kèm quà"), max_length=MAX_GIFT_MESSAGE, blank=True)
    marketing_consent = models.BooleanField(
        _("đồng ý nhận tin"), default=False, help_text=_("Người mua tự đánh dấu; không bao giờ đánh sẵn.")
    )
    terms_accepted_at = models.DateTimeField(_("đồng ý điều khoản lúc"), null=True, blank=True)
    age_confirmed_at = models.DateTimeField(_("xác nhận đủ 18 tuổi lúc"), null=True, blank=True)
    account_deleted_at = models.DateTimeField(
        _("tài khoản đã xoá lúc"), null=True, blank=True, editable=False
    )
    anonymised_at = models.DateTimeField(_("ẩn danh lúc"), null=True, blank=True, editable=False)
    entered_by = models.CharField(
        _("người nhập"),
        max_length=120,
        blank=True,
        default="",
        db_default="",
        help_text=_("Ai của chợ nhập đơn qua điện thoại; trống: người mua tự đặt."),
    )
    invoice_name = models.CharField(_("tên trên hoá đơn"), max_length=200, blank=True)
    invoice_tax_code = models.CharField(_("mã số thuế"), max_length=20, blank=True)
    invoice_address = models.CharField(_("địa chỉ trên hoá đơn"), max_length=255, blank=True)

    wagtail_reference_index_ignore = True  # placing an order would write the editors' index of uses

    class Meta(AbstractOrder.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["basket"], name="order_one_per_basket"),
            models.CheckConstraint(
                condition=Q(total_incl_tax__gte=0, shipping_incl_tax__gte=0),
                name="order_amounts_not_negative",
            ),
            models.CheckConstraint(condition=WHOLE_DONG, name="order_amounts_whole_dong"),
        ]

    def get_absolute_url(self) -> str:
        """Return the order page: whoever has this link may see the order."""
        return reverse("order:detail", args=[self.token])

    def mark_placed(self) -> None:
        """Give the (locked) order to its producers: it is paid, or will be at the door."""
        self.set_status(self.Status.PLACED)
        self.placed_at = timezone.now()
        self.save(update_fields=["placed_at"])

    @property
    def email(self) -> str:
        """Return where mail about this order goes: what the buyer typed, else the account's."""
        return self.guest_email or (self.user.email if self.user else "")

    @property
    def status_label(self) -> str:
        """Return the status in the reader's language."""
        return str(self.Status(self.status).label)

    @cached_property
    def payment(self) -> "Payment | None":
        """Return the payment that paid, else the one that is open, else the latest; None where nothing was to pay."""
        rows = self.payments.all()
        return max(rows, key=lambda row: (row.state == "paid", row.is_live, row.pk), default=None)

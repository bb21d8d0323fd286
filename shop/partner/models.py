"""Producers as the law and the bank know them, and the stock they sell from."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from oscar.apps.partner.abstract_models import AbstractPartner, AbstractStockRecord

from catalogue.languages import local
from shop.core import banks
from shop.partner import stock
from shop.partner.account_change import AccountChange  # noqa: F401 - one of the models of this app
from shop.partner.carriage import CarriedBy
from shop.partner.invitation import ProducerInvitation  # noqa: F401 - one of the models of this app

COUNTED = ("num_in_stock", "num_allocated")


class Partner(AbstractPartner):
    """A producer: seller identity as Consumer Law 19/2023/QH15 art. 37 wants it shown."""

    class LegalForm(models.TextChoices):
        COOPERATIVE = "cooperative", _("hợp tác xã")
        COOPERATIVE_GROUP = "cooperative_group", _("tổ hợp tác")
        HOUSEHOLD_BUSINESS = "household_business", _("hộ kinh doanh")
        COMPANY = "company", _("công ty")
        INDIVIDUAL = "individual", _("cá nhân")

    name_en = models.CharField(_("tên tiếng Anh"), max_length=128, blank=True)
    legal_form = models.CharField(
        _("loại hình"), max_length=20, choices=LegalForm, default=LegalForm.HOUSEHOLD_BUSINESS
    )
    representative = models.CharField(_("người đại diện"), max_length=120, blank=True)
    tax_code = models.CharField(_("mã số thuế"), max_length=20, blank=True)
    citizen_id = models.CharField(
        _("số định danh cá nhân (CCCD)"),
        max_length=12,
        blank=True,
        default="",
        db_default="",
        validators=[RegexValidator(r"^[0-9]{12}$", _("Số định danh có 12 chữ số."))],
        help_text=_("Của hộ, cá nhân; chỉ để khai thuế, không hiện cho khách."),
    )
    business_licence = models.CharField(_("số đăng ký kinh doanh"), max_length=40, blank=True)
    commune = models.ForeignKey(
        "catalogue.Commune",
        verbose_name=_("xã, phường"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    address = models.CharField(_("số nhà, đường, thôn"), max_length=200, blank=True)
    phone = models.CharField(_("điện thoại"), max_length=20, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    website = models.URLField(_("trang web"), blank=True)
    members = models.PositiveIntegerField(_("số thành viên"), null=True, blank=True)
    founded_year = models.PositiveSmallIntegerField(_("năm thành lập"), null=True, blank=True)
    pickup = models.BooleanField(_("khách đến lấy tại nơi làm"), default=True)
    carried_by = models.CharField(
        _("ai giao hàng"),
        max_length=8,
        choices=CarriedBy,
        default=CarriedBy.OWN,
        db_default=CarriedBy.OWN,
        help_text=_("Người giao thu tiền mặt. Khi gửi từng kiện có thể chọn khác."),
    )
    bank_bin = models.CharField(_("ngân hàng"), max_length=6, blank=True, choices=banks.choices)
    bank_account = models.CharField(
        _("số tài khoản"), max_length=19, blank=True, validators=[banks.ACCOUNT_NUMBER]
    )
    bank_holder = models.CharField(
        _("chủ tài khoản"),
        max_length=80,
        blank=True,
        help_text=_("Như ngân hàng ghi: chữ hoa không dấu."),
    )
    commission_percent = models.DecimalField(
        _("phí sàn, %"), max_digits=5, decimal_places=2, default=Decimal(0)
    )
    group = models.OneToOneField(
        "auth.Group",
        verbose_name=_("nhóm quyền"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="producer",
    )
    collection = models.OneToOneField(
        "wagtailcore.Collection",
        verbose_name=_("kho ảnh"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="producer",
    )
    is_illustrative = models.BooleanField(_("dữ liệu minh hoạ"), default=False)

    class Meta(AbstractPartner.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=Q(commission_percent__gte=0, commission_percent__lte=100),
                name="partner_commission_is_percent",
            )
        ]

    @property
    def local_name(self) -> str:
        """Return the name in the reader's language."""
        return local(self, "name")

    @property
    def identity(self) -> str:
        """Return who sells, in one line as the law wants it before an order: names, numbers, address, phone."""
        tax_code, licence = gettext("mã số thuế"), gettext("số đăng ký")  # xgettext reads no f-strings
        parts = [
            self.name,
            f"{tax_code} {self.tax_code}" if self.tax_code else "",
            f"{licence} {self.business_licence}" if self.business_licence else "",
            self.address,
            self.commune.full_name if self.commune else "",
            self.phone,
        ]
        return ", ".join(part for part in parts if part)

    def clean_fields(self, exclude: Any = None) -> None:
        """Write the bank account as banks do, then check it: capitals may be longer."""
        self.bank_account = banks.account_number(self.bank_account)
        self.bank_holder = banks.holder(self.bank_holder)
        super().clean_fields(exclude=exclude)


class StockRecord(AbstractStockRecord):
    """Price in whole đồng, VAT included, and stock of one product or variant."""

    price = models.DecimalField(_("giá, đồng"), max_digits=12, decimal_places=0, null=True, blank=True)

    class Meta(AbstractStockRecord.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=Q(price=None) | Q(price__gte=0), name="stock_price_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(num_allocated=None)
                | Q(num_allocated__gte=0, num_in_stock=None)
                | Q(num_allocated__gte=0, num_allocated__lte=F("num_in_stock")),
                name="stock_never_oversold",
            ),
            models.UniqueConstraint(fields=["product"], name="stock_one_record_per_product"),
        ]

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any) -> "StockRecord":
        record = super().from_db(db, field_names, values)
        record.remember()
        return record

    def refresh_from_db(
        self, using: str | None = None, fields: Iterable[str] | None = None, **kwargs: Any
    ) -> None:
        super().refresh_from_db(using=using, fields=fields, **kwargs)
        self.remember()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write back no number that was merely read: a sale may have changed it meanwhile."""
        if not self._state.adding and kwargs.get("update_fields") is None and not args:
            kwargs["update_fields"] = [
                field.name
                for field in self._meta.concrete_fields
                if not field.primary_key
                and field.attname in self.__dict__
                and not self._only_read(field.name)
            ]
        super().save(*args, **kwargs)
        self.remember()

    def allocate(self, quantity: int) -> None:
        """Promise units to an order; raises `shop.partner.stock.OutOfStock`."""
        stock.allocate({self.pk: quantity})
        self.refresh_from_db(fields=COUNTED)

    def consume_allocation(self, quantity: int) -> None:
        """Take promised units off the shelf; raises `shop.partner.stock.NotAllocated`."""
        stock.consume({self.pk: quantity})
        self.refresh_from_db(fields=COUNTED)

    def cancel_allocation(self, quantity: int) -> None:
        """Give promised units back to sale; raises `shop.partner.stock.NotAllocated`."""
        stock.release({self.pk: quantity})
        self.refresh_from_db(fields=COUNTED)

    allocate.alters_data = True  # type: ignore[attr-defined]
    consume_allocation.alters_data = True  # type: ignore[attr-defined]
    cancel_allocation.alters_data = True  # type: ignore[attr-defined]

    def remember(self) -> None:
        """Note the numbers as the database has them, to see later what was changed here."""
        self._read = {name: self.__dict__.get(name) for name in COUNTED}

    def _only_read(self, name: str) -> bool:
        read: dict[str, Any] = getattr(self, "_read", {})
        return name in COUNTED and read.get(name) == self.__dict__[name]


from oscar.apps.partner.models import *

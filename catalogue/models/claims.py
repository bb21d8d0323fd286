"""What a product may claim besides its star: geographical indication, quality marks."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class GeographicalIndication(models.Model):
    """A name on the register of geographical indications.

    Only authorised users may carry it, and only with its register number
    (Law on Intellectual Property 50/2005/QH11, art. 121 and 123).
    """

    name = models.CharField(_("tên"), max_length=80, unique=True)
    register_no = models.CharField(_("số đăng bạ"), max_length=20, blank=True)
    decision_no = models.CharField(_("số quyết định"), max_length=40, blank=True)
    registered_on = models.DateField(_("ngày đăng bạ"), null=True, blank=True)
    authorised_users = models.ManyToManyField(
        "partner.Partner",
        through="catalogue.IndicationRight",
        verbose_name=_("cơ sở được trao quyền"),
        blank=True,
        related_name="geographical_indications",
    )
    is_illustrative = models.BooleanField(_("quyền dùng là minh hoạ"), default=False)

    class Meta:
        verbose_name = _("chỉ dẫn địa lý")
        verbose_name_plural = _("chỉ dẫn địa lý")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.register_no = self.register_no.strip()  # blanks are no number, so give no right to the name
        super().save(*args, **kwargs)


class IndicationRightQuerySet(models.QuerySet["IndicationRight"]):
    """Rights to a name, each about one day."""

    def valid_on(self, day: date) -> "IndicationRightQuerySet":
        """Return the rights that hold on `day`; one without days always does."""
        begun = Q(granted_on=None) | Q(granted_on__lte=day)
        return self.filter(begun, Q(expires_on=None) | Q(expires_on__gte=day))


class IndicationRight(models.Model):
    """A producer's right to carry an indication, from its first to its last day."""

    geographicalindication = models.ForeignKey(
        GeographicalIndication,
        verbose_name=_("chỉ dẫn địa lý"),
        on_delete=models.CASCADE,
        related_name="rights",
    )
    partner = models.ForeignKey(
        "partner.Partner", verbose_name=_("cơ sở được trao quyền"), on_delete=models.CASCADE, related_name="+"
    )
    decision_no = models.CharField(_("số quyết định"), max_length=60, blank=True, default="", db_default="")
    granted_on = models.DateField(_("ngày trao quyền"), null=True, blank=True)
    expires_on = models.DateField(
        _("ngày hết hạn"), null=True, blank=True, help_text=_("Để trống khi quyết định không ghi thời hạn.")
    )

    objects = IndicationRightQuerySet.as_manager()

    class Meta:
        verbose_name = _("quyền dùng chỉ dẫn địa lý")
        verbose_name_plural = _("quyền dùng chỉ dẫn địa lý")
        db_table = "catalogue_geographicalindication_authorised_users"
        unique_together = [("geographicalindication", "partner")]

    def __str__(self) -> str:
        return f"{self.geographicalindication}, {self.partner}"

    def clean(self) -> None:
        super().clean()
        if self.granted_on and self.expires_on and self.expires_on < self.granted_on:
            raise ValidationError({"expires_on": _("Ngày hết hạn phải sau ngày trao quyền.")})


class Certification(models.Model):
    """A quality scheme such as VietGAP, HACCP or organic."""

    code = models.SlugField(_("mã"), max_length=30, unique=True)
    name = models.CharField(_("tên"), max_length=60)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("chứng nhận chất lượng")
        verbose_name_plural = _("chứng nhận chất lượng")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ProductCertification(models.Model):
    """A product's certificate under a scheme, shown only with its number and before it ends."""

    product = models.ForeignKey(
        "catalogue.Product",
        verbose_name=_("sản phẩm"),
        on_delete=models.CASCADE,
        related_name="product_certifications",
    )
    certification = models.ForeignKey(
        Certification, verbose_name=_("chứng nhận"), on_delete=models.PROTECT, related_name="+"
    )
    number = models.CharField(_("số"), max_length=60)
    issuer = models.CharField(
        _("tổ chức cấp"), max_length=160, blank=True, default="", db_default="", help_text=_("Như trên giấy.")
    )
    scope = models.CharField(
        _("phạm vi"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("Cho cái gì, ví dụ: vải quả tươi, vườn 12 ha ở Phúc Hòa."),
    )
    issued_on = models.DateField(_("ngày cấp"), null=True, blank=True)
    expires_on = models.DateField(_("ngày hết hạn"))
    document = models.ForeignKey(
        "wagtaildocs.Document",
        verbose_name=_("bản quét"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("chứng nhận của sản phẩm")
        verbose_name_plural = _("chứng nhận của sản phẩm")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "certification", "number"], name="certification_once_per_product"
            )
        ]

    def __str__(self) -> str:
        return f"{self.certification} {self.number}"

    def shows_papers(self) -> bool:
        """Return whether its scan is public: while the mark is."""
        return bool(self.number) and self.expires_on >= timezone.localdate()

    def clean(self) -> None:
        super().clean()
        empty = [name for name in ("issuer", "scope", "document") if not getattr(self, name)]
        if empty:
            raise ValidationError({name: _("Ghi như trên giấy chứng nhận.") for name in empty})
        if self.issued_on and self.expires_on and self.expires_on <= self.issued_on:
            raise ValidationError({"expires_on": _("Ngày hết hạn phải sau ngày cấp.")})

"""What a product may claim besides its star: geographical indication, quality marks."""

from typing import Any

from django.db import models
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
    expires_on = models.DateField(_("ngày hết hạn"))

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

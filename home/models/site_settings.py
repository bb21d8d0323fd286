"""What editors set once for the whole site: owner, contacts, announcement, menus."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Orderable


def _page(name: Any, **options: Any) -> Any:
    """Return a link to a standard page, in Vietnamese; readers get its translation."""
    options |= {"null": True, "blank": True, "on_delete": models.SET_NULL, "related_name": "+"}
    return models.ForeignKey("home.StandardPage", verbose_name=name, **options)


@register_setting(icon="cog")
class MarketSettings(BaseSiteSetting, ClusterableModel):
    """Owner's identity (Consumer Law 19/2023/QH15 art. 37), contacts, words of header and footer."""

    owner_name = models.CharField(_("đơn vị chủ quản"), max_length=160, blank=True)
    owner_name_en = models.CharField(_("đơn vị chủ quản, tiếng Anh"), max_length=160, blank=True)
    address = models.CharField(_("địa chỉ"), max_length=200, blank=True)
    phone = models.CharField(_("điện thoại"), max_length=20, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    business_no = models.CharField(_("số đăng ký kinh doanh"), max_length=40, blank=True)
    business_issuer = models.CharField(_("nơi cấp"), max_length=120, blank=True)
    business_issued_on = models.DateField(_("ngày cấp"), null=True, blank=True)
    moit_url = models.URLField(
        _("đường dẫn thông báo Bộ Công Thương"), blank=True, help_text=_("Trang online.gov.vn của sàn.")
    )
    tagline = models.CharField(_("dòng đầu trang"), max_length=120, blank=True)
    tagline_en = models.CharField(_("dòng đầu trang, tiếng Anh"), max_length=120, blank=True)
    about = models.TextField(_("giới thiệu ở chân trang"), max_length=300, blank=True)
    about_en = models.TextField(_("giới thiệu ở chân trang, tiếng Anh"), max_length=300, blank=True)
    announcement = models.CharField(_("thông báo"), max_length=200, blank=True)
    announcement_en = models.CharField(_("thông báo, tiếng Anh"), max_length=200, blank=True)
    announcement_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("thông báo dẫn tới trang"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    announcement_until = models.DateField(_("hiện đến hết ngày"), null=True, blank=True)
    terms_page = _page(_("điều khoản mua hàng"))
    returns_page = _page(
        _("đổi trả"), help_text=_("Lời dẫn của trang là quy định đổi trả hiện ở bước xem lại đơn.")
    )
    privacy_page = _page(_("bảo vệ dữ liệu"))
    small_print = models.CharField(_("dòng cuối trang"), max_length=200, blank=True)
    small_print_en = models.CharField(_("dòng cuối trang, tiếng Anh"), max_length=200, blank=True)

    # Set by home.opening alone
    opened_at = models.DateTimeField(_("mở cửa lúc"), null=True, blank=True, editable=False)
    mail_tested_at = models.DateTimeField(_("gửi thư thử lúc"), null=True, blank=True, editable=False)

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("owner_name"),
                FieldPanel("owner_name_en"),
                FieldPanel("address"),
                FieldPanel("phone"),
                FieldPanel("email"),
                FieldPanel("business_no"),
                FieldPanel("business_issuer"),
                FieldPanel("business_issued_on"),
                FieldPanel("moit_url"),
            ],
            heading=_("Đơn vị chủ quản"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("announcement"),
                FieldPanel("announcement_en"),
                FieldPanel("announcement_page"),
                FieldPanel("announcement_until"),
            ],
            heading=_("Thông báo đầu trang"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("tagline"),
                FieldPanel("tagline_en"),
                FieldPanel("about"),
                FieldPanel("about_en"),
                FieldPanel("small_print"),
                FieldPanel("small_print_en"),
            ],
            heading=_("Lời ở đầu và chân trang"),
        ),
        MultiFieldPanel(
            [FieldPanel("terms_page"), FieldPanel("returns_page"), FieldPanel("privacy_page")],
            heading=_("Trang người mua đồng ý khi đặt"),
        ),
        InlinePanel("menu_items", label=_("Mục trong danh mục")),
    ]

    class Meta:
        verbose_name = _("cài đặt chợ")


class MenuItem(Orderable):
    """A link in the header's or footer's menu: one of our pages or an address."""

    class Menu(models.TextChoices):
        MAIN = "main", _("đầu trang")
        FOOTER_SHOP = "footer_shop", _("chân trang: mua sắm")
        FOOTER_HELP = "footer_help", _("chân trang: trợ giúp")
        FOOTER_MAKERS = "footer_makers", _("chân trang: người làm, báo chí")

    settings = ParentalKey(MarketSettings, on_delete=models.CASCADE, related_name="menu_items")
    menu = models.CharField(_("ở đâu"), max_length=20, choices=Menu)
    page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("trang"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    url = models.CharField(
        _("hoặc đường dẫn"), max_length=200, blank=True, help_text=_("Ví dụ: /don-hang/ hoặc https://…")
    )
    label = models.CharField(_("chữ"), max_length=60, blank=True, help_text=_("Bỏ trống: lấy tên trang."))
    label_en = models.CharField(_("chữ tiếng Anh"), max_length=60, blank=True)

    panels = [
        FieldPanel("menu"),
        FieldPanel("page"),
        FieldPanel("url"),
        FieldPanel("label"),
        FieldPanel("label_en"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("mục danh mục")
        constraints = [
            models.CheckConstraint(
                condition=Q(page__isnull=False) | ~Q(url=""), name="menu_item_leads_somewhere"
            )
        ]

"""What has to be done before a new shop takes orders, and whether it does."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page, Site

from home.models import MarketSettings, StandardPage
from home.starter_pages import MARK
from shop.core import trial_mail
from shop.payment.models import BankAccount
from shop.shipping.models import ShippingTariff, ShippingZone

# Who runs the market, as Consumer Law 19/2023/QH15 art. 37 wants it said
OWNER = ("owner_name", "address", "phone", "email", "business_no")


@dataclass(frozen=True)
class Step:
    """One thing to be done: what, why, where, and whether it is."""

    title: str
    text: str
    url: str
    done: bool


def market() -> MarketSettings:
    """Return the settings of the shop's site."""
    return MarketSettings.for_site(Site.objects.get(is_default_site=True))


def is_open() -> bool:
    """Say whether buyers may order; only production asks (OPENING_CHECK)."""
    return not settings.OPENING_CHECK or MarketSettings.objects.filter(opened_at__isnull=False).exists()


def steps() -> list[Step]:
    """Return everything that has to be done, in its order."""
    chosen, samples, tariff = market(), marked(), ShippingTariff.load()
    owner = reverse("wagtailsettings:edit", args=["home", "marketsettings", chosen.site_id])
    return [
        Step(
            _("Đơn vị chủ quản"),
            _("Tên, địa chỉ, điện thoại, thư điện tử và số đăng ký kinh doanh, hiện ở chân trang."),
            owner,
            all(getattr(chosen, name) for name in OWNER),
        ),
        Step(
            _("Điều khoản, đổi trả, bảo vệ dữ liệu"),
            _(
                "Đọc từng trang mẫu, sửa cho đúng với chợ của bạn, rồi bỏ dòng “Bản mẫu” ở đầu trang, cả hai thứ tiếng."
            ),
            reverse("wagtailadmin_pages:edit", args=[samples[0].pk]) if samples else owner,
            not samples and _are_named(chosen),
        ),
        Step(
            _("Tài khoản ngân hàng"),
            _("Nơi tiền chuyển khoản về; phải là tài khoản đang nhận tiền."),
            reverse("shop_bank_accounts:index"),
            BankAccount.objects.filter(is_active=True, is_illustrative=False).exists(),
        ),
        Step(
            _("Phí gửi"),
            _("Xem lại từng vùng và biểu phí, rồi bỏ đánh dấu “biểu phí minh hoạ”."),
            reverse("wagtailsettings:edit", args=["shipping", "shippingtariff", tariff.pk]),
            ShippingZone.objects.exists() and not tariff.is_illustrative,
        ),
        Step(
            _("Thư gửi được"),
            _("Bấm “Gửi thư thử”: thư tới hộp thư của bạn qua máy chủ thư của chợ."),
            "",
            settings.MAIL_GOES_OUT and chosen.mail_tested_at is not None,
        ),
    ]


def marked() -> list[StandardPage]:
    """Return the live pages whose text still says that it is a sample."""
    live = StandardPage.objects.live().select_related("locale").order_by("path")
    return [page for page in live if any(mark in str(page.body) for mark in MARK.values())]


def _are_named(chosen: MarketSettings) -> bool:
    named: list[Page | None] = [chosen.terms_page, chosen.returns_page, chosen.privacy_page]
    return all(page is not None and page.live for page in named)


def try_mail(address: str) -> None:
    """Send a mail past the queue, and note that it went.

    Raises:
        ImproperlyConfigured: EMAIL_URL names no mail server, so that mail stays on this machine.
        Exception: whatever the mail server answers.
    """
    if not settings.MAIL_GOES_OUT:
        raise ImproperlyConfigured(_("EMAIL_URL chưa nêu máy chủ thư."))
    words = _("Thư này đi qua máy chủ thư của chợ. Nhận được nó là gửi thư đã chạy.")
    trial_mail.try_server(to=address, subject=settings.WAGTAIL_SITE_NAME, words=words)
    MarketSettings.objects.filter(pk=market().pk).update(mail_tested_at=timezone.now())


def open_shop(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Let buyers order from now on; return False, and change nothing, while something is to be done."""
    if not all(step.done for step in steps()):
        return False
    chosen = market()
    if MarketSettings.objects.filter(pk=chosen.pk, opened_at=None).update(opened_at=timezone.now()):
        log(instance=chosen, action="wagtail.edit", user=user, title=_("Mở cửa"))
    return True

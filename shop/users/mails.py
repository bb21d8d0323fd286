"""Mail about an account: put into the queue in the reader's language, sent by the timer.

What somebody else may have asked for is in the owner's: the page's may be a stranger's.
"""

from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from post_office.models import PRIORITY, STATUS, Email

from shop.users.languages import language_of
from shop.users.mail_budget import may_mail
from shop.users.models import User


def password_reset(user: User) -> None:
    """Send the link that sets a new password, out of the recipient's budget of mails."""
    if not may_mail(user.email, "password reset"):
        return
    with override(language_of(user)):
        text = [
            _("Có người, chắc là bạn, muốn đặt mật khẩu mới cho tài khoản này."),
            _("Nếu không phải bạn, cứ bỏ qua thư này: mật khẩu vẫn như cũ."),
        ]
        subject = _("Đặt mật khẩu mới")
        put(user.email, subject, text, url=_reset_url(user), button=_("Đặt mật khẩu mới"))


def registration(email: str, token: str) -> None:
    """Send the link that opens an account, out of the recipient's budget of mails."""
    if not may_mail(email, "registration"):
        return
    text = [
        _("Có người, chắc là bạn, muốn mở tài khoản với địa chỉ này."),
        _("Đường dẫn dùng được trong ba ngày. Nếu không phải bạn, cứ bỏ qua thư này: không có gì được mở."),
    ]
    url = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('customer:register-confirm', args=[token])}"
    put(email, _("Mở tài khoản"), text, url=url, button=_("Đặt mật khẩu và mở tài khoản"))


def account_exists(user: User) -> None:
    """Tell whoever wants an account with this address that there is one, out of the recipient's budget of mails.

    Nothing to a closed one: no link opens it.
    """
    if not user.is_active or not may_mail(user.email, "account exists"):
        return
    with override(language_of(user)):
        text = [
            _(
                "Có người, chắc là bạn, muốn mở tài khoản với địa chỉ này, "
                "hoặc đổi tài khoản của mình sang địa chỉ này."
            ),
            _("Bạn đã có tài khoản rồi: đăng nhập như mọi khi, hoặc đặt mật khẩu mới bằng đường dẫn này."),
        ]
        subject = _("Bạn đã có tài khoản")
        put(user.email, subject, text, url=_reset_url(user), button=_("Đặt mật khẩu mới"))


def account_locked(user: User) -> None:
    """Send the way in while too many wrong passwords keep the account's own out."""
    with override(language_of(user)):
        text = [
            _("Mật khẩu của tài khoản này bị nhập sai quá nhiều lần, có khi là người khác đang đoán."),
            _(
                "Trong một giờ tới không đăng nhập bằng mật khẩu được; "
                "bạn vẫn vào được ngay bằng đường dẫn này."
            ),
        ]
        subject = _("Có người đoán mật khẩu của bạn")
        put(user.email, subject, text, url=_reset_url(user), button=_("Đặt mật khẩu mới và vào"))


def password_changed(user: User) -> None:
    """Report that the password was changed, with a way back for whom it was stolen from."""
    text = [
        _("Mật khẩu của tài khoản này vừa được đổi."),
        _("Nếu không phải bạn đổi, hãy đặt mật khẩu mới ngay."),
    ]
    put(user.email, _("Mật khẩu đã đổi"), text, url=_reset_url(user), button=_("Đặt mật khẩu mới"))


def confirm_email(new_email: str, token: str) -> None:
    """Send the link that makes an address an account's, out of the recipient's budget of mails."""
    if not may_mail(new_email, "confirm e-mail"):
        return
    text = [
        _("Có người, chắc là bạn, muốn dùng địa chỉ này cho tài khoản của mình."),
        _("Đường dẫn dùng được trong một ngày. Nếu không phải bạn, cứ bỏ qua thư này: không có gì thay đổi."),
    ]
    url = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('customer:email-confirm', args=[token])}"
    put(new_email, _("Xác nhận địa chỉ mới"), text, url=url, button=_("Dùng địa chỉ này"))


def email_changed(user: User, *, old_email: str) -> None:
    """Inform the old address that the account has a new one."""
    text = [
        _("Tài khoản này nay dùng địa chỉ %(email)s.") % {"email": user.email},
        _("Nếu không phải bạn đổi, hãy đặt mật khẩu mới ngay."),
    ]
    put(
        old_email,
        _("Thư điện tử của tài khoản đã đổi"),
        text,
        url=_reset_url(user),
        button=_("Đặt mật khẩu mới"),
    )


def _reset_url(user: User) -> str:
    # From settings, never from the request: a forged Host must not get into a mail.
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("password-reset-confirm", args=[uid, default_token_generator.make_token(user)])
    return f"{settings.WAGTAILADMIN_BASE_URL}{path}"


def put(to: str, subject: str, paragraphs: Sequence[str], *, url: str, button: str) -> None:
    """Put a mail into the queue, in the language of this moment."""
    context = {
        "subject": subject,
        "paragraphs": paragraphs,
        "url": url,
        "button": button,
        "shop_name": settings.OSCAR_SHOP_NAME,
        "language": get_language(),
    }
    Email.objects.create(
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[to],
        subject=f"{subject}, {settings.OSCAR_SHOP_NAME}",
        message=render_to_string("shop/mail/account.txt", context),
        html_message=render_to_string("shop/mail/account.html", context),
        priority=PRIORITY.medium,
        status=STATUS.queued,
    )

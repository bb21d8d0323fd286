"""Mail about an account: put into the queue in the reader's language, sent by the timer."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from post_office.models import PRIORITY, STATUS, Email


def password_reset(user: Any) -> None:
    """Send the link that sets a new password."""
    text = [
        _("Có người, chắc là bạn, muốn đặt mật khẩu mới cho tài khoản này."),
        _("Nếu không phải bạn, cứ bỏ qua thư này: mật khẩu vẫn như cũ."),
    ]
    _queue(user.email, _("Đặt mật khẩu mới"), text, url=_reset_url(user), button=_("Đặt mật khẩu mới"))


def password_changed(user: Any) -> None:
    """Tell that the password was changed, with a way back for whom it was stolen from."""
    text = [
        _("Mật khẩu của tài khoản này vừa được đổi."),
        _("Nếu không phải bạn đổi, hãy đặt mật khẩu mới ngay."),
    ]
    _queue(user.email, _("Mật khẩu đã đổi"), text, url=_reset_url(user), button=_("Đặt mật khẩu mới"))


def email_changed(user: Any, *, old_email: str) -> None:
    """Tell the old address that the account has a new one."""
    text = [
        _("Tài khoản này nay dùng địa chỉ %(email)s.") % {"email": user.email},
        _("Nếu không phải bạn đổi, hãy đặt mật khẩu mới ngay."),
    ]
    _queue(
        old_email,
        _("Thư điện tử của tài khoản đã đổi"),
        text,
        url=_reset_url(user),
        button=_("Đặt mật khẩu mới"),
    )


def _reset_url(user: Any) -> str:
    # From settings, never from the request: a forged Host must not get into a mail.
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("password-reset-confirm", args=[uid, default_token_generator.make_token(user)])
    return f"{settings.WAGTAILADMIN_BASE_URL}{path}"


def _queue(to: str, subject: str, paragraphs: Sequence[str], *, url: str, button: str) -> None:
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

"""Mail about who works for a producer, in each reader's language."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from shop.users import mails
from shop.users.languages import language_of
from shop.users.mail_budget import may_mail
from shop.users.models import User

if TYPE_CHECKING:
    from shop.partner.invitation import ProducerInvitation
    from shop.partner.models import Partner

Readers = Iterable[tuple[str, str]]  # address and language


def invited(invitation: "ProducerInvitation", token: str, *, days: int) -> None:
    """Send the link that lets its reader to the producer, out of the recipient's budget of mails."""
    if not may_mail(invitation.email, "producer invitation"):
        return
    user = User.objects.filter(email__iexact=invitation.email).first()
    with override(language_of(user) if user else settings.LANGUAGE_CODE):
        names = {"partner": invitation.partner.name, "shop": settings.OSCAR_SHOP_NAME}
        text = [
            _("%(shop)s mời bạn cùng làm ở gian hàng %(partner)s: trang, giá, kho, kiện hàng và tiền.")
            % names,
            _("Đường dẫn dùng được trong %(days)d ngày.") % {"days": days},
            _("Nếu bạn không biết gian hàng này, cứ bỏ qua thư: không có gì thay đổi."),
        ]
        subject = _("Mời vào gian hàng %(partner)s") % names
        url = settings.WAGTAILADMIN_BASE_URL + reverse("customer:producer-invitation", args=[token])
        mails.put(invitation.email, subject, text, url=url, button=_("Xem lời mời"))


def joined(partner: "Partner", user: User, others: Readers) -> None:
    """Tell the others of a producer who has come."""
    for address, language in others:
        with override(language):
            names = {"partner": partner.name, "name": _name(user)}
            text = [
                _("%(name)s vừa nhận lời mời và nay cùng làm ở gian hàng %(partner)s.") % names,
                _stranger(),
            ]
            _to_people(address, _("Có người mới ở gian hàng"), text)


def left(partner: "Partner", user: User, others: Readers) -> None:
    """Tell the others of a producer who has gone, and who has gone that it is so."""
    for address, language in others:
        with override(language):
            names = {"partner": partner.name, "name": _name(user)}
            text = [_("%(name)s không còn làm ở gian hàng %(partner)s.") % names, _stranger()]
            _to_people(address, _("Có người rời gian hàng"), text)
    with override(language_of(user)):
        names = {"partner": partner.name}
        text = [_("Tài khoản của bạn không còn vào được gian hàng %(partner)s.") % names, _stranger()]
        _to_people(user.email, _("Bạn đã rời gian hàng"), text)


def deleted(user: User) -> None:
    """Tell an account's owner that it is no more."""
    with override(language_of(user)):
        text = [
            _(
                "Tài khoản với địa chỉ này vừa bị xoá. Đơn đã đặt vẫn xem được bằng đường dẫn trong thư của đơn."
            ),
            _stranger(),
        ]
        url = settings.WAGTAILADMIN_BASE_URL + reverse("customer:login")
        mails.put(user.email, _("Tài khoản đã xoá"), text, url=url, button=_("Mở tài khoản mới"))


def _name(user: User) -> str:
    name = user.get_full_name()
    return f"{name} ({user.email})" if name else user.email


def _stranger() -> str:
    return _("Nếu bạn thấy điều này không đúng, hãy báo cho chợ ngay.")


def _to_people(address: str, subject: str, text: list[str]) -> None:
    url = settings.WAGTAILADMIN_BASE_URL + reverse("wagtailadmin_home")
    mails.put(address, subject, text, url=url, button=_("Mở gian hàng"))

"""Voucher codes: used only when they take something off this basket now."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from oscar.apps.basket.abstract_models import AbstractBasket
from oscar.apps.basket.signals import voucher_addition, voucher_removal
from oscar.apps.voucher.abstract_models import AbstractVoucher
from oscar.core.loading import get_class, get_model

from shop.core import typed
from shop.core.http import Visitor


class VoucherRefused(Exception):
    """The code does not help; the message says why, in the reader's language."""


def use(*, code: str, basket: AbstractBasket, user: Visitor, request: HttpRequest | None = None) -> Any:
    """Hang a voucher on the basket and return it.

    Raises:
        VoucherRefused: unknown, not valid today, used up, or without effect on this basket.
    """
    ways = [typed.visible(code).upper(), typed.code(code)]  # as those of before may have been kept; as now
    voucher = get_model("voucher", "Voucher").objects.filter(code__in=ways).first()
    if voucher is None:
        raise VoucherRefused(_("Không có mã này. Kiểm tra lại từng chữ."))
    _check(voucher, user)
    if basket.contains_voucher(voucher.code):
        raise VoucherRefused(_("Mã này đã dùng cho giỏ rồi."))
    basket.vouchers.add(voucher)
    get_class("offer.applicator", "Applicator")().apply(basket, user, request)
    if not any(found["voucher"] == voucher for found in basket.offer_applications):
        basket.vouchers.remove(voucher)
        raise VoucherRefused(_("Giỏ này chưa đủ điều kiện của mã."))
    voucher_addition.send(sender=use, basket=basket, voucher=voucher)
    return voucher


def drop(*, voucher_id: int, basket: AbstractBasket) -> Any:
    """Take a voucher off the basket and return it; None when it was not there."""
    if basket.id is None:
        return None
    voucher = basket.vouchers.filter(pk=voucher_id).first()
    if voucher is not None:
        basket.vouchers.remove(voucher)
        voucher_removal.send(sender=drop, basket=basket, voucher=voucher)
    return voucher


def clear_dead(*, basket: AbstractBasket, user: Visitor) -> list[str]:
    """Take off the vouchers that ended or were used up; return for each a sentence that says why."""
    if basket.id is None:
        return []
    sentences = []
    for voucher in basket.vouchers.all():
        try:
            _check(voucher, user)
        except VoucherRefused as why:
            basket.vouchers.remove(voucher)  # without Oscar's signal: it was added once, as its count says
            sentences.append(_("Đã bỏ mã %(code)s.") % {"code": voucher.code} + f" {why}")
    return sentences


def _check(voucher: AbstractVoucher, user: Visitor) -> None:
    if voucher.is_expired():
        raise VoucherRefused(_("Mã này đã hết hạn."))
    if not voucher.is_active():
        raise VoucherRefused(_("Mã này chưa đến ngày dùng."))
    available, _reason = voucher.is_available_to_user(user)
    if available and not _is_used_up(voucher, user):
        return
    if voucher.usage == voucher.ONCE_PER_CUSTOMER and not user.is_authenticated:
        raise VoucherRefused(_("Mã này cần đăng nhập mới dùng được."))
    raise VoucherRefused(_("Mã này đã được dùng hết lượt."))


def _is_used_up(voucher: AbstractVoucher, user: Visitor) -> bool:
    """Return whether the limits of all its offers are reached, for this user."""
    buyer = user if user.is_authenticated else None
    left = [offer.get_max_applications(buyer) for offer in voucher.offers.all()]
    return bool(left) and not any(left)

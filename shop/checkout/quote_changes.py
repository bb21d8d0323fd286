"""What is no longer as the review page showed it, in the buyer's words."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from catalogue.formats import vnd
from shop.checkout.quote import Shown


def describe_changes(before: Shown | None, now: Shown) -> list[str]:
    """Return a sentence for each difference; empty when the two are the same.

    Args:
        before: what the buyer saw; None when the form did not say or it was not ours.
        now: what the order would be.
    """
    if before is None:
        return [_("Trang xem lại đã cũ. Hãy xem lại đơn lần nữa rồi đặt.")]
    if before == now:
        return []
    found = [*_lines(before, now), *_parcels(before, now), *_discounts(before, now)]
    if before.get("purchase") != now["purchase"]:
        found.append(_("Người nhận, địa chỉ, cách giao hoặc cách thanh toán không còn như lúc xem lại."))
    if before.get("total") != now["total"]:
        found.append(
            _("Tổng tiền nay là %(now)s, lúc trước là %(before)s.")
            % {"now": vnd(now["total"]), "before": vnd(before.get("total") or Decimal(0))}
        )
    return found or [_("Đơn hàng vừa thay đổi.")]


def _lines(before: Shown, now: Shown) -> list[str]:
    old, new = before.get("lines", {}), now["lines"]
    found = [
        _("%(title)s không còn trong đơn.") % {"title": row[2]} for key, row in old.items() if key not in new
    ]
    for key, row in new.items():
        found += _line(old.get(key), row)
    return found


def _line(old: list[Any] | None, new: list[Any]) -> list[str]:
    if old is None:
        return [_("%(title)s vừa được thêm vào đơn.") % {"title": new[2]}]
    words = {"title": new[2], "before": old[0], "now": new[0]}
    if old[0] != new[0]:
        return [_("%(title)s: số lượng %(before)s thành %(now)s.") % words]
    if old[1] != new[1]:
        prices = words | {"before": vnd(old[1]), "now": vnd(new[1])}
        return [_("%(title)s: giá %(before)s thành %(now)s.") % prices]
    return []


def _parcels(before: Shown, now: Shown) -> list[str]:
    old = before.get("parcels", {})
    return [
        _("Cách giao, thời gian hoặc phí giao của %(producer)s đã đổi.") % {"producer": row[4]}
        for key, row in now["parcels"].items()
        if key in old and old[key][:4] != row[:4]
    ]


def _discounts(before: Shown, now: Shown) -> list[str]:
    old, new = before.get("discounts", {}), now["discounts"]
    gone = [
        _("Ưu đãi “%(name)s” không còn.") % {"name": row[1]} for key, row in old.items() if key not in new
    ]
    other = [
        _("Ưu đãi “%(name)s” nay bớt %(amount)s.") % {"name": row[1], "amount": vnd(row[0])}
        for key, row in new.items()
        if old.get(key, [None])[0] != row[0]
    ]
    return gone + other
